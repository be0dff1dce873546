import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { asks, endAsked, until } from './asking-process.js';
import { bundleOf, index, left, make, project, python, versions, withEach } from './build-stand.js';

after(endAsked);

withEach((kind, options) => {
  const request = async (requirement: string, venvsFolder: string) => ({
    python,
    venvsFolder,
    build: {
      ...options(),
      indexUrl: index.url,
      extraIndexUrls: [],
      limitBytes: 2 ** 40,
      fresh: false,
      retry: false,
    },
    bundle: await bundleOf({ 'pyproject.toml': project(requirement) }),
  });

  test('of processes that ask at once one builds', async () => {
    const venvsFolder = join(await make(), 'venvs');
    const one = await request('mopsdep==1.1', venvsFolder);
    const many = Array.from({ length: kind === 'uv' ? 8 : 3 }, () => asks(one).done);
    const [first = '', ...others] = await Promise.all(many);
    assert.equal(await versions(first, 'mopsdep'), '1.1');
    for (const other of others) assert.equal(other, first);
    const log = (await readdir(venvsFolder)).find((name) => name.endsWith('.log')) ?? '';
    assert.equal((await readFile(join(venvsFolder, log), 'utf8')).match(/ venv /g)?.length, 1);
    assert.deepEqual(await left(venvsFolder), ['id', 'id.log', 'id.resolved.txt']);
  });

  const inside = async (folder: string, ...names: string[]) => {
    const building = (await readdir(folder).catch(() => [])).find((name) => name.includes('.tmp-')) ?? '-';
    return existsSync(join(folder, building, ...names));
  };
  for (const [phase, reached] of [
    ['before anything is made', (folder: string) => inside(folder)],
    ['with an environment that is empty', (folder: string) => inside(folder, 'environment', 'pyvenv.cfg')],
    ['while a package is fetched', () => index.asked.some((path) => path.startsWith('/files/'))],
  ] as const) {
    test(`a builder that is killed ${phase} takes all that it started with it, and the next one builds anew`, async () => {
      process.env.UV_CACHE_DIR = await make();
      process.env.PIP_CACHE_DIR = process.env.UV_CACHE_DIR;
      const venvsFolder = join(await make(), 'venvs');
      await mkdir(venvsFolder);
      const one = await request('mopsdep==1.0', venvsFolder);
      index.asked.length = 0;
      index.answers = (path) => (path.startsWith('/files/') ? 'never' : 'well');
      const killed = asks(one);
      await until(() => reached(venvsFolder), 'the phase');
      killed.child.kill('SIGKILL');
      await killed.done;
      index.answers = () => 'well';
      const built = await asks(one).done;
      assert.equal(await versions(built, 'mopsdep'), '1.0');
      assert.deepEqual(await left(venvsFolder), ['id', 'id.log', 'id.resolved.txt']);
      await until(async () => !(await isRunning(venvsFolder)), 'the end of what the killed one started');
      delete process.env.UV_CACHE_DIR;
      delete process.env.PIP_CACHE_DIR;
      await rm(venvsFolder, { recursive: true });
    });
  }
});

/** Whether a process names this folder in its arguments. Where there is no /proc, none is found. */
async function isRunning(folder: string): Promise<boolean> {
  for (const pid of await readdir('/proc').catch(() => [])) {
    const argv = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (/^\d+$/.test(pid) && argv.includes(folder)) return true;
  }
  return false;
}

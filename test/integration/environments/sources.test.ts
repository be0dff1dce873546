import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectFiles } from '../../fixtures/environments/project-files.js';
import { eventually, processesOf } from '../runner/run-fixture.js';
import {
  bundleOf,
  fails,
  index,
  left,
  lock,
  make,
  project,
  run,
  stand,
  withEach,
  withUv,
} from './build-stand.js';

const has = async (python: string, ...names: string[]) => {
  await run(python, ['-I', '-c', `import ${names.join(', ')}`]);
};
const logOf = async (folder: string) => {
  const [log = ''] = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  return readFile(join(folder, log), 'utf8');
};

/** Of a project that says nothing of itself. */
const dynamic = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["building"]\n';

withEach((kind) => {
  for (const [what, files] of [
    ['is required', () => ({ 'pyproject.toml': project('mopssource', 'mopsdep==2.0') })],
    [
      'is locked',
      () => ({
        'pyproject.toml': project('mopssource', 'mopsdep'),
        'uv.lock': lock(
          [
            { name: 'mopssource', version: '1.5' },
            { name: 'mopsdep', version: '2.0' },
          ],
          ['mopssource', 'mopsdep'],
        ),
      }),
    ],
    [
      'is required with its hash',
      () => ({
        'requirements.txt': ['mopssource==1.5', 'mopsdep==2.0']
          .map((text) => `${text} --hash=${index.hashOf(...(text.split('==') as [string, string]))}\n`)
          .join(''),
      }),
    ],
    [
      'lies in the bundle',
      () => ({
        'requirements.txt': './own\nmopsdep==2.0\n',
        ...Object.fromEntries(
          Object.entries(projectFiles({ name: 'mopssource' })).map(([path, text]) => [`own/${path}`, text]),
        ),
      }),
    ],
  ] as const) {
    test(`what has a source alone is built, where it ${what}`, async () => {
      const { environments, folder } = await stand();
      const { python, project: own } = await environments.forBundle(await bundleOf(files()));
      await has(python, 'mopssource.entry', 'mopsdep');
      assert.equal(own, undefined);
      // What it is built with is another one than what it runs with.
      const { stdout } = await run(python, ['-I', '-c', 'import mopsdep; print(mopsdep.version)']);
      assert.equal(stdout, '2.0\n');
      const built = /"into":"\//.test(await logOf(folder));
      assert.equal(built, kind === 'uv');
    });
  }

  test('one in the bundle that tells only when it is asked what it requires is asked', async () => {
    const all = projectFiles({ name: 'mopstells' });
    const own = {
      ...all,
      'pyproject.toml': dynamic,
      'building/backend.py': (all['building/backend.py'] ?? '').replace(
        'Version: 1.5\\n',
        'Version: 1.5\\nRequires-Dist: mopsdep<2\\n',
      ),
    };
    const files = Object.fromEntries(Object.entries(own).map(([path, text]) => [`own/${path}`, text]));
    const { environments } = await stand();
    const { python } = await environments.forBundle(
      await bundleOf({ 'requirements.txt': './own\n', ...files }),
    );
    const { stdout } = await run(python, ['-I', '-c', 'import mopstells, mopsdep; print(mopsdep.version)']);
    assert.equal(stdout, '1.1\n');
  });

  for (const [what, code, limits, reason] of [
    ['hangs', 'import time; time.sleep(1000)', { timeoutMs: 3000 }, /took longer than 3 s/],
    [
      'fills the disk',
      'import os, time\nfor at in range(64):\n    with open(os.path.expanduser(f"~/{at}"), "wb") as file:\n        file.write(bytes(2**20))\ntime.sleep(1000)',
      { diskBytes: 32 * 2 ** 20 },
      /wrote more than the 33554432 bytes/,
    ],
  ] as const) {
    test(`one that is asked what it requires, before anything is locked, and ${what}, is ended for good`, async () => {
      const { environments, folder } = await stand({ limits });
      const files = {
        ...projectFiles({ name: 'mopssource' }),
        'pyproject.toml': dynamic,
        'building/backend.py': code,
      };
      const own = Object.fromEntries(Object.entries(files).map(([path, text]) => [`own/${path}`, text]));
      const bundle = await bundleOf({ 'requirements.txt': './own\n', ...own });
      await assert.rejects(environments.forBundle(bundle), fails(reason));
      await eventually('nothing of it runs', () => processesOf(folder).length === 0);
      assert.deepEqual(await left(folder), ['id.failed.json', 'id.log']);
    });
  }
});

withUv(() => {
  test('a commit and a folder of the bundle that a uv.lock names are built', async () => {
    const repository = await make(projectFiles({ name: 'mopscommit' }));
    const git = (...argv: string[]) =>
      run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...argv], { cwd: repository });
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'one');
    const commit = (await git('rev-parse', 'HEAD')).stdout.trim();
    await run('sh', ['-c', 'echo "raise SystemExit(3)" > building/backend.py'], { cwd: repository });
    await git('commit', '--quiet', '--all', '--message', 'two');
    const { environments } = await stand();
    const locked = lock([{ name: 'mopsdep', version: '1.0' }], ['mopsdep', 'mopscommit', 'mopsfolder']);
    const bundle = await bundleOf({
      'pyproject.toml': `${project('mopsdep', 'mopscommit', 'mopsfolder')}[tool.uv.sources]\nmopscommit = { git = "file://${repository}" }\nmopsfolder = { path = "folder" }\n`,
      'uv.lock': `${locked}
[[package]]
name = "mopscommit"
version = "1.5"
source = { git = "file://${repository}#${commit}" }

[[package]]
name = "mopsfolder"
version = "1.5"
source = { directory = "folder" }
`,
      ...Object.fromEntries(
        Object.entries(projectFiles({ name: 'mopsfolder' })).map(([path, text]) => [`folder/${path}`, text]),
      ),
    });
    const { python } = await environments.forBundle(bundle);
    await has(python, 'mopscommit', 'mopsfolder', 'mopsdep');
  });

  test('a source whose hash is another one is not built', async () => {
    const { environments, folder } = await stand();
    const bundle = await bundleOf({
      'pyproject.toml': project('mopssource'),
      'uv.lock': lock(
        [{ name: 'mopssource', version: '1.5', hash: index.hashOf('mopsdep', '1.0') }],
        ['mopssource'],
      ),
    });
    await assert.rejects(
      environments.forBundle(bundle),
      fails(/mopssource 1\.5 cannot be fetched: its hash is/),
    );
    assert.doesNotMatch(await logOf(folder), /build_wheel/);
  });
});

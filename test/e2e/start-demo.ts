import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../src/package/package-root.js';
import { makeFolder } from '../fixtures/files/make-folder.js';
import { eventually } from './running-app.js';

const main = join(packageRoot, 'dist', 'src', 'cli', 'demo', 'main.js');

// Everything that a demonstration starts has a name of this folder in its environment.
export let folder = '';
beforeEach(async () => {
  folder = await makeFolder();
  // Simulations, which have users of their own, meet tests there.
  await chmod(folder, 0o777);
  for (const name of ['here', 'tmp', 'bin']) await mkdir(join(folder, name));
});
afterEach(async () => {
  // What makes tables looks for its host twice a second.
  const makesTables = async () =>
    (await processesOf(folder)).some((each) => each.includes('/tables/main.js'));
  await eventually('what makes tables has ended after its host', async () => !(await makesTables()));
  const [left, running] = [await readdir(join(folder, 'tmp')), await processesOf(folder)];
  await rm(folder, { recursive: true });
  assert.deepEqual(left, [], 'temporary folders are left');
  assert.deepEqual(running, [], 'processes are left');
});

export function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  return execa(process.execPath, [main, ...args], {
    cwd: join(folder, 'here'),
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: join(folder, 'tmp'), ...env },
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: 180_000,
  });
}

export type Running = ReturnType<typeof start>;

export async function untilSaid(running: Running, words: RegExp): Promise<string> {
  let said = '';
  running.all?.on('data', (data: Buffer) => {
    said += data;
  });
  let over = false;
  void running.then(() => {
    over = true;
  });
  return eventually(`it says ${words}`, async () => {
    if (words.test(said)) return said;
    if (over) throw new Error(`It ended without saying ${words}: ${said}`);
    return false;
  });
}

/** Command lines of the processes that were started with this folder in their environment (where /proc tells). */
async function processesOf(mark: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const read = (pid: string, what: string) => readFile(join('/proc', pid, what), 'utf8').catch(() => '');
  const found = await Promise.all(
    pids.map(async (pid) => ((await read(pid, 'environ')).includes(mark) ? read(pid, 'cmdline') : '')),
  );
  return found.filter((commandLine) => commandLine !== '').map((text) => text.replaceAll('\0', ' '));
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ProcessIdentity } from '../../../src/contracts/result/attestation.js';
import { processIdentity } from '../../../src/runner/identity/process-identity.js';
import { sweep } from '../../../src/runner/sweep/sweep.js';
import { eventually, isRunning, processesOf } from './run-fixture.js';

const onLinux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

/** Sweeps to the end. @returns what was said */
async function sweepAll(folder: string): Promise<string[]> {
  const { processes, folders } = await sweep(folder);
  return [...processes, ...(await folders)];
}

let scratchRoot: string;
before(async () => {
  scratchRoot = await mkdtemp(join(tmpdir(), 'runner-test-'));
  await chmod(scratchRoot, 0o1777); // the simulation tells there what it has started
});
after(async () => {
  await rm(scratchRoot, { recursive: true });
  assert.deepEqual(processesOf(scratchRoot), []);
});

test(
  'a worker killed in mid-run leaves no process and no folder when the next one has swept',
  onLinux,
  async () => {
    const report = join(scratchRoot, 'report');
    const script = fileURLToPath(new URL('./run-until-killed.js', import.meta.url));
    const worker = spawn(process.execPath, [script, scratchRoot, report], { stdio: 'inherit' });
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    let grandchild = 0;
    await eventually('the grandchild runs', async () => {
      grandchild = Number(await readFile(report, 'utf8').catch(() => ''));
      return grandchild > 0;
    });
    worker.kill('SIGKILL');
    await ended;
    const said = await sweepAll(scratchRoot);
    assert.ok(!isRunning(grandchild));
    assert.deepEqual(processesOf(scratchRoot), []);
    assert.equal(said.length, 1, said.join('\n'));
    assert.match(said[0] ?? '', /^Removed the scratch folder of the dead worker \d+-\d+\.$/);
    assert.deepEqual(await readdir(join(scratchRoot, 'w')), []);
  },
);

/** The folder of a worker, as it is found: with what it has written of itself, if anything. */
async function workerFolder(name: string, identity?: Partial<ProcessIdentity>): Promise<string> {
  const folder = join(scratchRoot, 'w', name);
  await mkdir(folder, { recursive: true });
  const me = await processIdentity(process.pid);
  if (identity) await writeFile(join(folder, 'worker.json'), JSON.stringify({ ...me, ...identity }));
  return folder;
}

test('a process that a dead worker left is found by its mark and ended', onLinux, async () => {
  await workerFolder('gone99', { pid: 999999, start_time: '1' });
  const left = spawn('sleep', ['600'], { env: { ...process.env, MOPS_COLD_WORKER: '999999-1' } });
  const ended = new Promise<string | null>((resolve) => left.once('exit', (_, signal) => resolve(signal)));
  await new Promise((resolve) => left.once('spawn', resolve));
  const { processes, folders } = await sweep(scratchRoot);
  // Before a task may start. The folder, in which none will ever be, may take longer.
  assert.ok(left.pid !== undefined && !isRunning(left.pid));
  assert.deepEqual(processes, [`Ended processes that the dead worker 999999-1 left: ${left.pid}.`]);
  assert.equal(await ended, 'SIGKILL');
  assert.deepEqual(await folders, ['Removed the scratch folder of the dead worker 999999-1.']);
});

test('the folder of a living worker stays, and so does what is not a worker’s', onLinux, async () => {
  const folders = [await workerFolder('living', {}), await workerFolder('notes-of-mine')];
  assert.deepEqual(await sweepAll(scratchRoot), []);
  for (const folder of folders) {
    assert.ok(existsSync(folder));
    await rm(folder, { recursive: true });
  }
});

test('a pid that another process has by now does not save a dead worker’s folder', onLinux, async () => {
  await workerFolder('reused', { start_time: '1' });
  assert.deepEqual(await sweepAll(scratchRoot), [
    `Removed the scratch folder of the dead worker ${process.pid}-1.`,
  ]);
});

test(
  'the folder of a worker in another pid namespace stays: its pid says nothing here',
  onLinux,
  async () => {
    const folder = await workerFolder('spaces', { pid: 999998, start_time: '1', pid_namespace: '1' });
    assert.deepEqual(await sweepAll(scratchRoot), []);
    assert.ok(existsSync(folder));
  },
);

const strangers = [
  {
    whose: 'of another machine',
    identity: { pid: 999997, start_time: '1', boot_id: 'another machine', pid_namespace: '1' },
    named: '999997-1',
  },
  { whose: 'that does not say yet whose it is', identity: undefined, named: 'strang' },
];
for (const { whose, identity, named } of strangers) {
  test(`a folder ${whose} stays for a day after anything in it was modified`, onLinux, async () => {
    const folder = await workerFolder('strang', identity);
    const log = join(folder, 'attempt', 'log');
    await mkdir(join(folder, 'attempt'));
    await writeFile(log, 'a line');
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    const age = (path: string, hours: number) => utimes(path, hoursAgo(hours), hoursAgo(hours));
    for (const path of [...(identity ? ['worker.json'] : []), 'attempt', ''])
      await age(join(folder, path), 25);
    await age(log, 23);
    assert.deepEqual(await sweepAll(scratchRoot), []);
    assert.ok(existsSync(log));
    await age(log, 25);
    assert.deepEqual(await sweepAll(scratchRoot), [
      `Removed the scratch folder of the dead worker ${named}.`,
    ]);
  });
}

test('there is nothing to sweep before the first worker', async () => {
  assert.deepEqual(await sweepAll(join(scratchRoot, 'never')), []);
});

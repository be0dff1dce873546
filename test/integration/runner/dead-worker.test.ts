import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { processIdentity } from '../../../src/runner/identity/process-identity.js';
import { workerName } from '../../../src/runner/identity/worker-name.js';
import { sweep } from '../../../src/runner/sweep/sweep.js';
import { eventually, isRunning, processesOf } from './run-fixture.js';

const onLinux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

let scratchRoot: string;
before(async () => {
  scratchRoot = await mkdtemp(join(tmpdir(), 'runner-test-'));
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
    const said = await sweep(scratchRoot);
    assert.ok(!isRunning(grandchild));
    assert.deepEqual(processesOf(scratchRoot), []);
    assert.equal(said.length, 1, said.join('\n'));
    assert.match(said[0] ?? '', /^Removed the scratch folder of the dead worker \d+-\d+\.$/);
    assert.deepEqual(await readdir(join(scratchRoot, 'workers')), []);
  },
);

test('a process that a dead worker left is found by its mark and ended', onLinux, async () => {
  const gone = '999999-1';
  await mkdir(join(scratchRoot, 'workers', gone), { recursive: true });
  const left = spawn('sleep', ['600'], { env: { ...process.env, MOPS_COLD_WORKER: gone } });
  const ended = new Promise<string | null>((resolve) => left.once('exit', (_, signal) => resolve(signal)));
  await new Promise((resolve) => left.once('spawn', resolve));
  const said = await sweep(scratchRoot);
  assert.equal(await ended, 'SIGKILL');
  assert.match(
    said.join('\n'),
    new RegExp(`Ended processes that the dead worker 999999-1 left: ${left.pid}\\.`),
  );
});

test('the folder of a living worker stays, and so does what is not a worker’s', onLinux, async () => {
  const me = await processIdentity(process.pid);
  assert.ok(me);
  const names = [workerName(me), 'notes'];
  for (const name of names) await mkdir(join(scratchRoot, 'workers', name), { recursive: true });
  assert.deepEqual(await sweep(scratchRoot), []);
  for (const name of names) assert.ok(existsSync(join(scratchRoot, 'workers', name)));
});

test('a pid that another process has by now does not save a dead worker’s folder', onLinux, async () => {
  const name = `${process.pid}-1`;
  await mkdir(join(scratchRoot, 'workers', name), { recursive: true });
  assert.deepEqual(await sweep(scratchRoot), [`Removed the scratch folder of the dead worker ${name}.`]);
});

test(
  'the folder of a worker in another pid namespace stays: its pid says nothing here',
  onLinux,
  async () => {
    const me = await processIdentity(process.pid);
    const name = '999998-1';
    const folder = join(scratchRoot, 'workers', name);
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'worker.json'),
      JSON.stringify({ ...me, pid: 999998, start_time: '1', pid_namespace: '1' }),
    );
    assert.deepEqual(await sweep(scratchRoot), []);
    assert.ok(existsSync(folder));
  },
);

test('a folder of another machine stays for a day after anything in it was modified', onLinux, async () => {
  const name = '999997-1';
  const attempt = join(scratchRoot, 'workers', name, 'attempts', 'one');
  await mkdir(attempt, { recursive: true });
  const identity = { pid: 999997, start_time: '1', boot_id: 'another machine', pid_namespace: '1' };
  const paths = ['worker.json', 'attempts/one/log', 'attempts/one', 'attempts', ''].map((path) =>
    join(scratchRoot, 'workers', name, path),
  );
  await writeFile(join(scratchRoot, 'workers', name, 'worker.json'), JSON.stringify(identity));
  await writeFile(join(attempt, 'log'), 'a line');
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  for (const path of paths) await utimes(path, hoursAgo(25), hoursAgo(25));
  await utimes(join(attempt, 'log'), hoursAgo(23), hoursAgo(23));
  assert.deepEqual(await sweep(scratchRoot), []);
  assert.ok(existsSync(join(attempt, 'log')));
  await utimes(join(attempt, 'log'), hoursAgo(25), hoursAgo(25));
  assert.deepEqual(await sweep(scratchRoot), [`Removed the scratch folder of the dead worker ${name}.`]);
});

test('there is nothing to sweep before the first worker', async () => {
  assert.deepEqual(await sweep(join(scratchRoot, 'never')), []);
});

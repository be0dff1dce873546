import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startRunner, type TaskRecord } from '../../../src/runner/process/runner-process.js';
import { startSupervisor } from '../../../src/runner/process/supervisor.js';
import { taskLine } from '../../../src/runner/process/task-line.js';
import { eventually, isRunning, python, requestFor, version } from './run-fixture.js';

/** What the supervisor does on macOS, run here: only with what every Unix has. */
const withPs = { skip: spawnSync('ps', ['-A']).status === 0 ? false : 'needs the command ps' };

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runner-test-'));
});
after(() => rm(folder, { recursive: true }));

async function run(simulation: string, params: string, timeoutMs: number): Promise<TaskRecord> {
  const supervisor = startSupervisor(python, 'test', ['--portable']);
  try {
    const request = await requestFor(simulation, { params });
    const artifacts = await mkdtemp(join(folder, 'artifacts-'));
    const process = await startRunner(supervisor, {
      interpreter: { python, version },
      env: { PATH: '/usr/bin:/bin' },
      cwd: folder,
      memoryLimitBytes: 150 * 1024 * 1024,
    });
    return await process.run(
      {
        task: taskLine(request, { bundle: request.bundle.path, artifacts }),
        timeoutMs,
        graceMs: 200,
        logPath: join(folder, `log-${simulation}`),
        logHead: 'head',
        last: true,
      },
      new AbortController().signal,
    );
  } finally {
    await supervisor.close();
  }
}

test('without Linux’ own means a task runs', withPs, async () => {
  const { done, end } = await run('succeeds', '{}', 10_000);
  assert.equal(done?.status, 'succeeded');
  assert.equal(end.event === 'ended' && end.exit_code, 0);
});

test('without Linux’ own means the time limit ends children in the process group', withPs, async () => {
  const report = join(folder, 'child');
  const { end } = await run('leaves_child_in_group', JSON.stringify({ report }), 2000);
  assert.equal(end.event === 'ended' && end.limit, 'timeout');
  const pid = Number(await readFile(report, 'utf8'));
  await eventually('the child is gone', () => !isRunning(pid));
});

test('without Linux’ own means the memory limit holds', withPs, async () => {
  const { end } = await run('allocates_memory', '{}', 10_000);
  assert.equal(end.event === 'ended' && end.limit, 'memory');
});

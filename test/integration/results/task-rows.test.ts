import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { after, before, test } from 'node:test';
import { createOnce } from '../../../src/azure-backend/create-once.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { findJob } from '../../../src/jobs/reading/find-job.js';
import { listOutcomes } from '../../../src/jobs/reading/list-outcomes.js';
import { type Failures, readFailures } from '../../../src/jobs/reading/read-failures.js';
import { readOutcome } from '../../../src/jobs/reading/read-outcomes.js';
import { readTaskRows } from '../../../src/results/tables/read-task-rows.js';
import type { TaskRow } from '../../../src/results/tables/task-row.js';
import type { Pretended } from '../cli/pretend-report.js';
import { workOff } from '../cli/pretend-worker.js';
import { type CliStand, startStand } from '../cli/stand.js';

let stand: CliStand;
const { signal } = new AbortController();

before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

test('every task of a job has a row, in the order of its submission, read from the listing', async () => {
  await submit('mixed', 'x=3,1.0,2,5', '--seeds', '18446744073709551615');
  await workOff(
    stand,
    ({ task: { params } }) =>
      String(params.values.x) === '2'
        ? {
            outcome: 'simulation-failed',
            reason: 'It raised ValueError: no.',
            error: { errorType: 'ValueError', message: 'no', traceback: '' },
          }
        : { outputs: { 'b,c': 'x', a: 'y' } },
    3,
  );
  const [rows, requests] = await counted(() => rowsOf('mixed'));
  assert.deepEqual(
    rows.map(({ params, outcome, outputs }) => [String(params.x), outcome, outputs]),
    [
      ['3', 'succeeded', ['a', 'b,c']],
      ['1.0', 'succeeded', ['a', 'b,c']],
      ['2', 'simulation-failed', []],
      ['5', 'pending', []],
    ],
  );
  // Two to find the job, two to read and list its tasks, and what the run says of itself.
  assert.ok(requests <= 6, `${requests} requests`);
  const [first, , failed, pending] = rows;
  assert.equal(first?.seed, 18446744073709551615n);
  assert.equal(first?.process?.ordinal, 1);
  assert.equal(first?.process?.peak_memory_bytes, 1);
  assert.equal(first?.seconds?.simulate, 0.004);
  assert.match(first?.finished_at ?? '', /\.\d{3}Z$/);
  assert.deepEqual(
    [failed?.reason, failed?.error_type, failed?.process?.ordinal],
    ['It raised ValueError: no.', 'ValueError', 1],
  );
  assert.deepEqual([pending?.run, pending?.process, pending?.record], [null, null, null]);
});

test('what an older app recorded, which a listing tells less of, has the same rows', async () => {
  await submit('older', 'x=7,8,9,10');
  await workOff(stand, ({ task: { params } }) => failures[String(params.values.x)] ?? {});
  const asNow = await rowsOf('older');
  const [failuresNow, requestsNow] = await counted(() => failuresOf('older'));
  for await (const { blobName, outcome, attempt } of listOutcomes(
    stand.storage.jobs,
    { jobId: 'older', run: undefined },
    signal,
  )) {
    const record = await readOutcome(stand.storage.jobs, blobName);
    await stand.storage.jobs.deleteBlob(blobName);
    const metadata = { outcome, attempt, cached: 'false' };
    await createOnce(stand.storage.jobs, blobName, stringifyJson(record), 'application/json', metadata);
  }
  const asBefore = await rowsOf('older');
  // A listing rounds them to the tenth of a millisecond.
  const timeless = (row: TaskRow) => ({
    ...row,
    seconds: null,
    process: { ...row.process, overhead_seconds: 0 },
  });
  assert.deepEqual(asBefore.map(timeless), asNow.map(timeless));
  const [failuresBefore, requestsBefore] = await counted(() => failuresOf('older'));
  assert.deepEqual(failuresBefore, failuresNow);
  assert.deepEqual(
    failuresNow.groups
      .map(({ error_type: type, place, reason, common }) => [type, place, reason.length, String(common.x)])
      .sort(),
    [
      ['ValueError', 'wire.py, line 8 (wire)', 20, '9'],
      ['crashed', '', 3000, '10'],
    ],
  );
  // A reason that is very long is in its record alone.
  assert.equal(requestsBefore - requestsNow, 1);
});

const failures: Record<string, Pretended> = {
  9: {
    outcome: 'simulation-failed',
    reason: 'It raised ValueErrör',
    error: {
      errorType: 'ValueError',
      message: 'no',
      traceback: '  File "/scratch/t/bundle/wire.py", line 8, in wire\n',
    },
  },
  10: { outcome: 'crashed', reason: 'o'.repeat(3000) },
};

async function failuresOf(name: string): Promise<Failures> {
  const job = await findJob(stand.storage, name, undefined, signal);
  return readFailures(stand.storage, job, 100, signal);
}

async function counted<Result>(work: () => Promise<Result>): Promise<[Result, requests: number]> {
  let requests = 0;
  const count = () => {
    requests += 1;
  };
  subscribe('http.client.request.start', count);
  const result = await work().finally(() => unsubscribe('http.client.request.start', count));
  return [result, requests];
}

async function submit(job: string, grid: string, ...more: string[]): Promise<void> {
  const what = [
    '--bundle',
    `sha256:${'b'.repeat(64)}`,
    '--entrypoint',
    'models.sir/baseline',
    '--job-id',
    job,
  ];
  const { exitCode, stderr } = await stand.cli('submit', ...what, '--grid', grid, '--no-preflight', ...more);
  assert.equal(exitCode, 0, stderr);
}

async function rowsOf(name: string): Promise<TaskRow[]> {
  const job = await findJob(stand.storage, name, undefined, signal);
  const rows: TaskRow[] = [];
  for await (const row of readTaskRows(stand.storage, job, signal)) rows.push(row);
  return rows;
}

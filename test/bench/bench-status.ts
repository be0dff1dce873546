import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { type OpenStorage, openStorage } from '../../src/connections/open-storage.js';
import { forEachConcurrently } from '../../src/jobs/for-each-concurrently.js';
import { findJob } from '../../src/jobs/reading/find-job.js';
import { readJobStatus } from '../../src/jobs/reading/read-job-status.js';
import { createJobRecords } from '../../src/jobs/recording/create-job-records.js';
import { createProgress } from '../../src/jobs/recording/create-progress.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { openRun, outcomeOf } from '../integration/jobs/made-records.js';

const looks = 15;

/** What one look at a job costs that has ended, a small one and a very large one: the records are made here, and summed up as an instance does. */
export async function benchStatus(
  signal: AbortSignal,
  say: (line: string) => void,
  sizes = [100, 100_000],
): Promise<BenchRow[]> {
  const azurite = await startAzurite();
  try {
    const storage = await openStorage({ AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString });
    await Promise.all([storage.jobs.create(), storage.queue.create()]);
    const rows: BenchRow[] = [];
    for (const tasks of sizes) {
      await endedJob(storage, tasks, signal);
      say(`status: ${tasks} tasks have ended.`);
      rows.push(await look(storage, tasks, signal));
    }
    return rows;
  } finally {
    await azurite.stop();
  }
}

async function endedJob(storage: OpenStorage, tasks: number, signal: AbortSignal): Promise<void> {
  const run = { jobId: `status-${tasks}`, run: 'r' };
  await openRun(storage, run, tasks);
  const progress = createProgress(
    storage.jobs,
    { load: async () => [], save: async () => undefined },
    { everyMs: 5_000, signOfLifeMs: 30_000, takenOverMs: 500 },
  );
  const records = createJobRecords(storage.jobs);
  await forEachConcurrently(Array(tasks).keys(), 32, signal, async (number) => {
    const record = outcomeOf(run, number);
    progress.ended(record, await records.recordOutcome(record));
  });
  await progress.flush();
}

async function look(storage: OpenStorage, tasks: number, signal: AbortSignal): Promise<BenchRow> {
  const times: number[] = [];
  let requests = 0;
  const onStart = () => {
    requests += 1;
  };
  subscribe('http.client.request.start', onStart);
  try {
    for (let n = 0; n < looks; n++) {
      const before = performance.now();
      await readJobStatus(storage, await findJob(storage, `status-${tasks}`, undefined, signal), signal);
      times.push(performance.now() - before);
    }
  } finally {
    unsubscribe('http.client.request.start', onStart);
  }
  return {
    table: 'status',
    workload: `${tasks} ended tasks`,
    method: 'find the job and look',
    n: looks,
    requests: Number((requests / looks).toFixed(1)),
    overhead_ms: quantiles(times),
  };
}

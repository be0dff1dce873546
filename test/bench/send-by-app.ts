import { BlobServiceClient } from '@azure/storage-blob';
import { connectQueueService } from '../../src/azure-backend/connect-queue-service.js';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { formatExpandRequest } from '../../src/contracts/message/expand-request.js';
import { createExpander } from '../../src/jobs/expansion/create-expander.js';
import { createCancellations } from '../../src/jobs/recording/create-cancellations.js';
import { createJobRecords } from '../../src/jobs/recording/create-job-records.js';
import { gridTasks } from '../../src/jobs/submission/grid-tasks.js';
import { newTraceparent } from '../../src/jobs/submission/new-traceparent.js';
import { openExpansion } from '../../src/jobs/submission/open-expansion.js';
import { planTasks } from '../../src/jobs/submission/plan-tasks.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';

export const sentByApp = 'messages sent by the app';

/** How fast one expander fills an empty queue on Azurite, as long as nothing else is to be done. */
export async function sendByApp(n: number): Promise<BenchRow> {
  const azurite = await startAzurite();
  try {
    const { connectionString } = azurite;
    const backend = { connection_string: connectionString, container: 'results' };
    const jobs = BlobServiceClient.fromConnectionString(connectionString).getContainerClient('jobs');
    const [queues, once] = await Promise.all(
      [false, true].map((isOnce) => connectQueueService('none', {}, backend, isOnce)),
    );
    if (queues === undefined || once === undefined) throw new Error('There are two connections.');
    const [queue, jobsQueue] = [queues.getQueueClient('tasks'), queues.getQueueClient('tasks-jobs')];
    await Promise.all([jobs.create(), queue.create(), jobsQueue.create()]);
    const bundleRef = `sha256:${'0'.repeat(64)}`;
    const grid = { entrypoint: 'a.b/c', bundleRef, axes: ['x=1'], seeds: `1..${n}`, replicates: 1 };
    const { lines } = planTasks(gridTasks(grid), 'large', undefined);
    const ofRun = { run: 'r' };
    const traceparent = newTraceparent();
    await openExpansion(
      { jobs },
      { jobId: 'large', lines, packed: undefined, priority: 0, ofRun, traceparent },
    );
    const expander = createExpander(
      { jobs, queue, jobsQueue, queueOnce: once.getQueueClient('tasks') },
      createCancellations(jobs),
      createJobRecords(jobs),
      n,
    );
    const body = Buffer.from(formatExpandRequest({ job_id: 'large', ...ofRun }));
    const begun = performance.now();
    const before = process.cpuUsage();
    const sent = async () => (await queue.getProperties()).approximateMessagesCount ?? 0;
    while ((await sent()) < n)
      await expander.expand({ messageId: 'bench', body, dequeueCount: 1, insertedAt: undefined });
    const { user, system } = process.cpuUsage(before);
    return {
      table: 'large jobs',
      workload: `a job of ${n}`,
      method: sentByApp,
      n,
      tasks_per_s: Number((n / ((performance.now() - begun) / 1000)).toPrecision(4)),
      cpu_s_per_task: Number(((user + system) / 1e6 / n).toPrecision(3)),
    };
  } finally {
    await azurite.stop();
  }
}

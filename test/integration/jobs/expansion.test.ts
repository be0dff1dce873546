import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { execa } from 'execa';
import { createOnce } from '../../../src/azure-backend/create-once.js';
import { readTextBlob } from '../../../src/azure-backend/read-text-blob.js';
import { parseMessage } from '../../../src/contracts/message/parse-message.js';
import { taskId } from '../../../src/contracts/task/task-id.js';
import { createClaims } from '../../../src/jobs/expansion/create-claims.js';
import {
  cancellationPath,
  expanderLockPath,
  expansionPath,
  outcomePath,
} from '../../../src/jobs/job-paths.js';
import { readLeftOut } from '../../../src/jobs/reading/read-left-out.js';
import { createCancellations } from '../../../src/jobs/recording/create-cancellations.js';
import { createJobRecords } from '../../../src/jobs/recording/create-job-records.js';
import { askToExpand } from '../../../src/jobs/submission/ask-to-expand.js';
import { gridTasks } from '../../../src/jobs/submission/grid-tasks.js';
import { openExpansion } from '../../../src/jobs/submission/open-expansion.js';
import { planTasks } from '../../../src/jobs/submission/plan-tasks.js';
import { startAzurite } from '../../../src/local-host/start-azurite.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { startFaultProxy } from './fault-proxy.js';

const azurite = await startAzurite();
after(() => azurite.stop());

const main = join(packageRoot, 'dist', 'test', 'integration', 'jobs', 'expander-main.js');
const run = 'r1';
const deadlineMs = 180_000;

/** The same numbers for the same seed. */
function drawnFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Containers and queues of a test, an expander as a process of its own, and workers that only count what they would run. */
async function startStand(
  t: TestContext,
  { window = 200, graceMs = 5_000, connection = azurite.connectionString },
) {
  const name = `t${randomUUID()}`;
  const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
  const jobs = blobs.getContainerClient(name);
  const [queue, jobsQueue] = [queues.getQueueClient(name), queues.getQueueClient(`${name}-jobs`)];
  await Promise.all([jobs.create(), queue.create(), jobsQueue.create()]);
  /** How often a message of each task was run, in the order of the first time. */
  const runs = new Map<string, number>();
  const histories = new Map<string, string[]>();
  const sent = new Map<string, number>();
  let most = 0;
  const stopped = new AbortController();
  const working: Promise<void>[] = [];

  async function work(pauseMs: number): Promise<void> {
    const claims = createClaims(jobs, createJobRecords(jobs), 200);
    const cancellations = createCancellations(jobs, 100);
    while (!stopped.signal.aborted) {
      const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 8 });
      if (receivedMessageItems.length === 0) await sleep(20);
      for (const { messageId, messageText, popReceipt, dequeueCount, insertedOn } of receivedMessageItems) {
        const body = Buffer.from(messageText);
        const read = parseMessage(body);
        assert.ok(read.ok && read.reference === undefined);
        const [jobId, task] = [read.message.job_id ?? '', taskId(read.message)];
        const key = `${jobId} ${task}`;
        sent.set(key, (sent.get(key) ?? 0) + 1);
        await claims.once({ messageId, body, dequeueCount, insertedAt: insertedOn }, async () => {
          await cancellations.known();
          const outcome = cancellations.reasonFor({ jobId, run }, task, '') ? 'cancelled' : 'succeeded';
          runs.set(key, (runs.get(key) ?? 0) + 1);
          const told = `${messageId} at delivery ${dequeueCount}, put at ${insertedOn.toISOString()}, run at ${new Date().toISOString()}`;
          histories.set(key, [...(histories.get(key) ?? []), told]);
          const path = outcomePath({ jobId, run }, task);
          await createOnce(jobs, path, '{}', 'application/json', { outcome });
        });
        await queue.deleteMessage(messageId, popReceipt);
      }
      if (pauseMs > 0) await sleep(pauseMs);
      most = Math.max(most, (await queue.getProperties()).approximateMessagesCount ?? 0);
    }
  }

  t.after(async () => {
    stopped.abort();
    await Promise.all(working);
  });
  return {
    jobs,
    queue,
    runs,
    /** Of tasks that ran several times. */
    twice: () => [...histories].filter(([, times]) => times.length > 1),
    sent,
    mostWaiting: () => most,
    work(workers: number, pauseMs = 0) {
      for (let each = 0; each < workers; each += 1) working.push(work(pauseMs));
    },
    async submit(jobId: string, tasks: number, priority = 0) {
      const bundleRef = `sha256:${'0'.repeat(64)}`;
      const grid = { entrypoint: 'a.b/c', bundleRef, axes: ['x=1'], seeds: `1..${tasks}`, replicates: 1 };
      const { lines } = planTasks(gridTasks(grid), jobId, undefined);
      const traceparent = `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`;
      await openExpansion(
        { jobs },
        { jobId, lines, packed: undefined, priority, traceparent, ofRun: { run } },
      );
      await askToExpand({ jobsQueue }, { jobId, run });
    },
    async expander() {
      const child = execa(process.execPath, [main, connection, name, String(window), String(graceMs)], {
        reject: false,
        stderr: 'inherit',
      });
      await new Promise((ready) => child.stdout.once('data', ready));
      const end = async () => {
        child.kill('SIGKILL');
        await child;
        // Otherwise the next one would wait until it runs out.
        await jobs
          .getBlobClient(expanderLockPath)
          .getBlobLeaseClient()
          .breakLease(0)
          .catch(() => undefined);
      };
      t.after(end);
      return end;
    },
    /** Whether it has begun to send some messages since, and has not said that they are sent; or has no more to send. */
    async isSending(jobId: string, since: Date) {
      const text = await readTextBlob(jobs, expansionPath({ jobId, run }));
      if (text === undefined) return true;
      const { sent: done, end, sending, served_at: at } = JSON.parse(text);
      return done === end || (sending !== undefined && Date.parse(at) > since.getTime());
    },
    async until(what: string, holds: () => boolean | Promise<boolean>) {
      const deadline = performance.now() + deadlineMs;
      while (!(await holds())) {
        assert.ok(performance.now() < deadline, `within ${deadlineMs} ms this did not happen: ${what}`);
        await sleep(5);
      }
    },
    async blobs(prefix: string) {
      const names: string[] = [];
      for await (const blob of jobs.listBlobsFlat({ prefix })) names.push(blob.name);
      return names;
    },
  };
}

describe('sending the messages of a job', () => {
  it('is killed at 20 random points, and every task runs once', async (t) => {
    const seed = Number(process.env.TEST_SEED ?? randomInt(2 ** 31));
    t.diagnostic(`TEST_SEED=${seed}`);
    const random = drawnFrom(seed);
    const tasks = 1_200;
    const stand = await startStand(t, { window: tasks });
    await stand.submit('killed', tasks);
    stand.work(1);
    let end = await stand.expander();
    let since = new Date();
    for (let kill = 0; kill < 20; kill += 1) {
      // At any time, and in turn with that while messages are being sent.
      if (kill % 2 === 0) await sleep(random() * 300);
      else await stand.until('messages are being sent', () => stand.isSending('killed', since));
      await sleep(random() * 30);
      await end();
      since = new Date();
      end = await stand.expander();
    }
    await stand.until('every task has run', () => stand.runs.size === tasks);
    await stand.until('nothing is left', async () => (await stand.blobs('expansions/')).length === 0);
    await stand.until(
      'the queue is empty',
      async () => (await stand.queue.getProperties()).approximateMessagesCount === 0,
    );
    const twice = [...stand.sent.values()].filter((count) => count > 1).length;
    t.diagnostic(`${(await stand.blobs('unsure/')).length} chunks were unsure, ${twice} messages sent twice`);
    assert.deepEqual(stand.twice(), []);
    assert.equal((await stand.blobs('jobs/killed/runs/r1/outcomes/')).length, tasks);
  });

  it('meets storage that loses requests and answers, and every task runs once', async (t) => {
    const seed = Number(process.env.TEST_SEED ?? randomInt(2 ** 31));
    t.diagnostic(`TEST_SEED=${seed}`);
    const [, blobUrl = '', queueUrl = ''] =
      /BlobEndpoint=(http:\/\/[^/;]+).*QueueEndpoint=(http:\/\/[^/;]+)/.exec(azurite.connectionString) ?? [];
    const random = drawnFrom(seed);
    const proxies = await Promise.all([blobUrl, queueUrl].map((url) => startFaultProxy(url, random)));
    t.after(() => Promise.all(proxies.map((proxy) => proxy.close())));
    const [blob, queue] = proxies;
    const connection = azurite.connectionString
      .replace(blobUrl, blob?.url ?? '')
      .replace(queueUrl, queue?.url ?? '');
    const tasks = 600;
    const stand = await startStand(t, { connection });
    await stand.submit('lossy', tasks);
    await stand.expander();
    stand.work(1);
    for (const [percent, seconds] of [
      [2, 3],
      [100, 3],
      [20, 3],
    ] as const) {
      for (const proxy of proxies) proxy.lose(percent);
      await sleep(seconds * 1000);
    }
    for (const proxy of proxies) proxy.lose(0);
    await stand.until('every task has run', () => stand.runs.size === tasks);
    await stand.until('nothing is left', async () => (await stand.blobs('expansions/')).length === 0);
    const twice = [...stand.sent.values()].filter((count) => count > 1).length;
    t.diagnostic(`${(await stand.blobs('unsure/')).length} chunks were unsure, ${twice} messages sent twice`);
    assert.deepEqual(stand.twice(), []);
  });

  it('goes to two jobs in turn, and first to one of higher priority', async (t) => {
    const stand = await startStand(t, { window: 40 });
    for (const [job, priority] of [
      ['a', 0],
      ['b', 0],
      ['urgent', 1],
    ] as const)
      await stand.submit(job, 150, priority);
    await stand.expander();
    stand.work(1);
    await stand.until('every task has run', () => stand.runs.size === 450);
    const order = [...stand.runs.keys()].map((key) => key.split(' ')[0]);
    const of = (job: string, most: number) => order.slice(0, most).filter((each) => each === job).length;
    assert.ok(of('urgent', 150) >= 110, `${of('urgent', 150)} of the first 150 are urgent`);
    const [a, b] = [of('a', 300), of('b', 300)];
    assert.ok(Math.abs(a - b) <= 40, `of the first 300, ${a} are of one and ${b} of the other`);
    assert.ok(stand.mostWaiting() <= 40, `the queue had ${stand.mostWaiting()} messages`);
  });

  it('ends with a job that is cancelled: what was not sent is written down, and nothing waits', async (t) => {
    const stand = await startStand(t, { window: 50 });
    await stand.submit('unwanted', 400);
    await stand.submit('wanted', 100);
    await stand.expander();
    await stand.until('the window is full', async () => {
      return (await stand.queue.getProperties()).approximateMessagesCount === 50;
    });
    const cancellation = JSON.stringify({ tasks: null, cancelled_at: new Date().toISOString() });
    const place = { jobId: 'unwanted', run };
    await createOnce(stand.jobs, cancellationPath(place, 'c1'), cancellation, 'application/json');
    await stand.until(
      'the rest is left out',
      async () => (await readLeftOut(stand.jobs, place)) !== undefined,
    );
    const leftOut = await readLeftOut(stand.jobs, place);
    assert.match(leftOut?.reason ?? '', /^The task was cancelled at /);
    stand.work(1);
    await stand.until('the other job has run', async () => (await stand.blobs('expansions/')).length === 0);
    await stand.until('the queue is empty', async () => {
      return (await stand.queue.getProperties()).approximateMessagesCount === 0;
    });
    const sent = [...stand.runs.keys()].filter((key) => key.startsWith('unwanted ')).length;
    assert.equal(sent + (leftOut?.tasks ?? 0), 400);
    assert.equal(stand.runs.size - sent, 100);
  });
});

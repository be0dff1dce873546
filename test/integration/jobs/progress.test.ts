import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { type OpenStorage, openStorage } from '../../../src/connections/open-storage.js';
import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { endedTasks } from '../../../src/jobs/ended-tasks.js';
import { forEachConcurrently } from '../../../src/jobs/for-each-concurrently.js';
import { countRun } from '../../../src/jobs/reading/count-run.js';
import { findJob } from '../../../src/jobs/reading/find-job.js';
import { listProgress } from '../../../src/jobs/reading/list-progress.js';
import { readJobStatus } from '../../../src/jobs/reading/read-job-status.js';
import { secondsPerTask } from '../../../src/jobs/reading/seconds-per-task.js';
import { createJobRecords } from '../../../src/jobs/recording/create-job-records.js';
import { createProgress, type KeptProgress } from '../../../src/jobs/recording/create-progress.js';
import { startAzurite } from '../../../src/local-host/start-azurite.js';
import type { JobRun } from '../../../src/simulation/ports.js';
import { openRun, outcomeOf } from './made-records.js';

const { signal } = new AbortController();
const run = '20260101T000000000Z-abcdef';
let storage: OpenStorage;
let stop = async () => {};

before(async () => {
  const azurite = await startAzurite();
  stop = () => azurite.stop();
  storage = await openStorage({ AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString });
  await Promise.all([storage.jobs.create(), storage.queue.create()]);
});
after(() => stop());

/** One instance: what it records, and what it sums up; `memory` outlives its workers. */
function instance(
  memory: { kept: KeptProgress[] } = { kept: [] },
  load = async () => memory.kept,
  rested?: (run: JobRun) => Promise<void>,
) {
  const progress = createProgress(
    storage.jobs,
    { load, save: (kept) => void Object.assign(memory, { kept }) },
    { everyMs: 3_600_000, signOfLifeMs: 3_600_000, takenOverMs: 3_600_000 }, // by `flush` alone
    rested,
  );
  const records = createJobRecords(storage.jobs);
  const end = async (record: OutcomeRecord) => progress.ended(record, await records.recordOutcome(record));
  return { progress, end, memory };
}

const endAll = (jobId: string, numbers: number[], end: (record: OutcomeRecord) => Promise<void>) =>
  forEachConcurrently(numbers, 32, signal, (number) => end(outcomeOf({ jobId, run }, number)));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
const found = (jobId: string) => findJob(storage, jobId, undefined, signal);

/** What this process asks of storage meanwhile, as `GET <first part of the path>`. */
async function requestsDuring<T>(work: () => Promise<T>): Promise<{ result: T; requests: string[] }> {
  const requests: string[] = [];
  const note = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    requests.push(`${request.method} ${request.path}`);
  };
  subscribe('http.client.request.start', note);
  try {
    return { result: await work(), requests };
  } finally {
    unsubscribe('http.client.request.start', note);
  }
}

test('the status of 2,000 ended tasks costs no more requests than that of 100', async () => {
  await openRun(storage, { jobId: 'small', run }, 100);
  await openRun(storage, { jobId: 'large', run }, 2_000);
  const [one, other] = [instance(), instance()];
  await endAll('small', range(0, 100), one.end);
  await endAll('large', range(0, 1_500), one.end);
  await endAll('large', range(1_500, 2_000), other.end);
  await Promise.all([one.progress.flush(), other.progress.flush()]);
  const look = async (jobId: string) => readJobStatus(storage, await found(jobId), signal);
  const small = await requestsDuring(() => look('small'));
  const first = await requestsDuring(() => look('large'));
  const second = await requestsDuring(() => look('large'));
  for (const { result } of [first, second])
    assert.deepEqual(
      [result.state, result.ended, result.pending, result.outcomes, result.cached, result.as_of],
      ['partial', 2_000, 0, { succeeded: 1_800, crashed: 200 }, 0, null],
    );
  assert.equal(second.result.seconds.tasks, 2_000);
  assert.equal(second.result.reasons[0]?.reason, 'it crashed');
  assert.ok(first.requests.length <= small.requests.length + 2, first.requests.join('\n'));
  assert.ok(second.requests.length <= small.requests.length, second.requests.join('\n'));
  for (const { requests } of [first, second])
    assert.deepEqual(
      requests.filter((request) => request.includes('outcomes')),
      [],
      'no record is listed',
    );
});

test('what a task of a bundle takes is told by a thousand outcomes, in one request for them', async () => {
  const { result, requests } = await requestsDuring(() =>
    secondsPerTask(storage, `sha256:${'b'.repeat(64)}`, signal),
  );
  assert.deepEqual(result, { jobId: 'large', seconds: 0.5 });
  const listings = requests.filter((request) => /outcomes|prefix=[^&]*runs%2F&(?!.*delimiter)/.test(request));
  assert.equal(listings.length, 1, requests.join('\n'));
  assert.match(listings[0] ?? '', /maxresults=1000/);
});

test('a run that is under way is as far as its instances say, until they fall silent', async () => {
  await openRun(storage, { jobId: 'lost', run }, 1_200);
  const living = instance();
  const killed = instance();
  await endAll('lost', range(0, 600), living.end);
  await living.progress.flush();
  await endAll('lost', range(600, 1_150), killed.end); // and never tells
  const job = await found('lost');
  const [told] = await listProgress(storage.jobs, { jobId: 'lost', run }, signal);
  const near = await countRun(storage, job, signal, new Date((told?.writtenAt.getTime() ?? 0) + 5_000));
  assert.deepEqual([endedTasks(near.counts), near.asOf !== null], [600, true], 'seconds behind');

  const later = new Date(Date.now() + 60_000);
  const far = await requestsDuring(() => countRun(storage, job, signal, later));
  assert.deepEqual([endedTasks(far.result.counts), far.result.asOf], [1_150, null], 'what the records say');
  const again = await requestsDuring(() => countRun(storage, job, signal, later));
  assert.equal(endedTasks(again.result.counts), 1_150);
  assert.equal(again.result.asOf, later.toISOString());
  assert.equal(again.requests.length, 2, 'the next reader reads what this one has written down');

  // The messages that the dead instance held come back to the other one, which finds them ended.
  await endAll('lost', range(1_140, 1_200), living.end);
  await living.progress.flush();
  const muchLater = new Date(later.getTime() + 120_000);
  const end = await countRun(storage, job, signal, muchLater);
  assert.deepEqual(
    [endedTasks(end.counts), end.counts.outcomes],
    [1_200, { succeeded: 1_080, crashed: 120 }],
  );
  const after = await requestsDuring(() => countRun(storage, job, signal, muchLater));
  assert.equal(after.requests.length, 1, 'the end of a run is written down once');
  assert.deepEqual(after.result.counts.outcomes, end.counts.outcomes);
});

test('duplicates count once, and a new worker of an instance goes on where the last one was', async () => {
  await openRun(storage, { jobId: 'twice', run }, 1_100);
  const memory = { kept: [] as KeptProgress[] };
  for (const part of [range(0, 500), range(400, 800), range(700, 1_000)]) {
    const worker = instance(memory);
    await worker.progress.start();
    await endAll('twice', part, worker.end);
    // The last of them is replaced before it wrote; the next one does.
    if (part[0] !== 700) await worker.progress.flush();
  }
  const other = instance();
  await endAll('twice', range(950, 1_100), other.end);
  await other.progress.flush();
  const last = instance(memory);
  await last.progress.start();
  await last.progress.flush();
  const told = await listProgress(storage.jobs, { jobId: 'twice', run }, signal);
  assert.deepEqual(
    told.map(({ progress }) => endedTasks(progress)).sort(),
    [100, 1_000],
    'a summary for each instance, not for each worker',
  );
  const { result, requests } = await requestsDuring(async () =>
    countRun(storage, await found('twice'), signal),
  );
  assert.deepEqual([endedTasks(result.counts), result.asOf], [1_100, null]);
  assert.ok(!requests.some((request) => request.includes('outcomes')), requests.join('\n'));
});

test('workers that begin before they know what the ones before have done go on with their summary', async () => {
  const ofRun = { jobId: 'early', run };
  await openRun(storage, ofRun, 1_200);
  const memory = { kept: [] as KeptProgress[] };
  for (let at = 0; at < 1_200; at += 100) {
    const before = memory.kept;
    let answer = () => {};
    const loaded = new Promise<KeptProgress[]>((resolve) => {
      answer = () => resolve(before);
    });
    const worker = instance(memory, () => loaded);
    const started = worker.progress.start();
    await endAll('early', range(at, at + 50), worker.end);
    answer();
    await started;
    await endAll('early', range(at + 50, at + 100), worker.end);
    if (at % 300 === 0) await worker.progress.flush();
  }
  const last = instance(memory);
  await last.progress.start();
  await last.progress.flush();
  const told = await listProgress(storage.jobs, ofRun, signal);
  assert.deepEqual(
    told.map(({ progress }) => endedTasks(progress)),
    [1_200],
  );
});

test('of the summaries of workers that were side by side, one goes on', async () => {
  const ofRun = { jobId: 'beside', run };
  await openRun(storage, ofRun, 20);
  const dead = [{ kept: [] as KeptProgress[] }, { kept: [] as KeptProgress[] }];
  for (const [index, memory] of dead.entries()) {
    const worker = instance(memory);
    worker.progress.begun(ofRun, outcomeOf(ofRun, index)); // and never ends
    await endAll('beside', range(2 + index * 4, 6 + index * 4), worker.end);
    await worker.progress.flush();
  }
  const memory = { kept: dead.flatMap(({ kept }) => kept) };
  const worker = instance(memory);
  await worker.progress.start();
  const over = worker.progress.begun(ofRun, outcomeOf(ofRun, 0));
  const { requests } = await requestsDuring(async () => {
    for (const number of range(10, 15)) {
      await endAll('beside', [number], worker.end);
      await worker.progress.flush();
    }
  });
  const written = requests.filter((request) => request.includes('progress'));
  assert.equal(written.length, 6, 'the one that goes on each time, the other once');
  const told = await listProgress(storage.jobs, ofRun, signal);
  assert.deepEqual(told.map(({ progress }) => endedTasks(progress)).sort(), [4, 9]);
  const running = () => told.reduce((sum, { progress }) => sum + progress.running_tasks, 0);
  assert.equal(running(), 1, 'what runs is told once');
  over();
});

test('that nothing happens for a run any more is told once, and not between two of its tasks', async () => {
  const ofRun = { jobId: 'rests', run };
  await openRun(storage, ofRun, 3);
  const memory = { kept: [] as KeptProgress[] };
  const told: JobRun[] = [];
  const rested = async (one: JobRun) => void told.push(one);
  const worker = instance(memory, undefined, rested);
  for (const number of range(0, 3)) {
    await endAll('rests', [number], worker.end);
    await worker.progress.flush();
  }
  assert.deepEqual(told, []);
  // Long after, as far as the next worker knows.
  const next = instance(memory, undefined, rested);
  await next.progress.start();
  await next.progress.flush();
  await next.progress.flush();
  assert.deepEqual(told, [ofRun]);
});

test('what runs is told with its parameters, in a small job too, and not any more when it has ended', async () => {
  await openRun(storage, { jobId: 'now', run }, 3);
  const worker = instance();
  const record = outcomeOf({ jobId: 'now', run }, 1);
  const over = worker.progress.begun({ jobId: 'now', run }, record);
  await worker.progress.flush();
  const status = async () => readJobStatus(storage, await found('now'), signal);
  const { running, state } = await status();
  assert.deepEqual([state, running.tasks, running.longest[0]?.task_id], ['running', 1, record.task_id]);
  assert.deepEqual(Object.keys(running.longest[0]?.params ?? {}), ['x']);
  await worker.end(record);
  assert.equal((await status()).running.tasks, 0, 'its record is there');
  over();
  await worker.progress.flush();
  assert.equal((await status()).running.tasks, 0);
});

test('an app that sums nothing up is read record by record', async () => {
  await openRun(storage, { jobId: 'old', run }, 1_050);
  const records = createJobRecords(storage.jobs);
  const end = async (record: OutcomeRecord) => void (await records.recordOutcome(record));
  await endAll('old', range(0, 1_010), end);
  const job = await found('old');
  assert.equal(endedTasks((await countRun(storage, job, signal)).counts), 1_010);
  await endAll('old', range(1_010, 1_050), end);
  assert.equal(endedTasks((await countRun(storage, job, signal)).counts), 1_050);
});

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { TaskLimits } from '../../../src/contracts/bundle/task-limits.js';
import { findJob } from '../../../src/jobs/reading/find-job.js';
import { readOutcomes } from '../../../src/jobs/reading/read-outcomes.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

const bundleRef = `sha256:${'a'.repeat(64)}`;
const entrypoint = 'models.sir/baseline';
const common = ['--bundle', bundleRef, '--no-preflight', '--json'];
const MiB = 1024 * 1024;
const signal = new AbortController().signal;
let stand: CliStand;

before(async () => {
  stand = await startStand();
});
after(() => stand.stop());
beforeEach(() => stand.storage.queue.createIfNotExists().then(() => stand.storage.queue.clearMessages()));

async function said(expected: number, ...words: string[]) {
  const { exitCode, stdout, stderr } = await stand.cli(...words);
  assert.equal(exitCode, expected, stderr);
  return JSON.parse(stdout);
}

/** Under which limits the tasks in the queue run, by their seeds; the ninth fails. */
async function held(): Promise<Record<string, [number, number]>> {
  const limits: Record<string, [number, number]> = {};
  await workOff(stand, ({ timeoutMs, memoryLimitBytes, task: { seed } }) => {
    limits[String(seed)] = [timeoutMs / 1000, memoryLimitBytes / MiB];
    return seed === 9n ? { outcome: 'timed-out', reason: 'It took too long.' } : {};
  });
  return limits;
}

async function fileOf(name: string, content: object): Promise<string> {
  const file = join(stand.folder, name);
  await writeFile(file, JSON.stringify(content));
  return file;
}

const jobOf = (job: TaskLimits, ninth: TaskLimits = {}) => ({
  ...job,
  bundle_ref: bundleRef,
  tasks: [1, 9].map((seed) => ({
    ...{ entrypoint, seed, params: { values: { x: 1 } } },
    ...(seed === 9 && ninth),
  })),
});

test('limits of a job are those of all its tasks; one of a task stands before it, and an option before both', async () => {
  const job = await fileOf('job.json', jobOf({ timeout_seconds: 20, memory_bytes: 64 * MiB }));
  await said(0, 'submit', job, '--job-id', 'alike', ...common);
  assert.deepEqual(await held(), { 1: [20, 64], 9: [20, 64] });

  const mixed = await fileOf('mixed.json', jobOf({ timeout_seconds: 20 }, { timeout_seconds: 30 }));
  await said(0, 'submit', mixed, '--job-id', 'mixed', '--no-cache', ...common);
  assert.deepEqual(await held(), { 1: [20, 1024], 9: [30, 1024] });
  const options = ['--timeout', '1m', '--memory', '0.5GiB'];
  await said(0, 'submit', mixed, '--job-id', 'mixed', '--no-cache', ...options, ...common);
  assert.deepEqual(await held(), { 1: [60, 512], 9: [60, 512] });

  const study = {
    model: 'models.sir',
    scenario: 'baseline',
    parameter_sets: [{ params: { x: 1 }, seed: 9 }],
  };
  const limited = await fileOf('study.json', { ...study, timeout_seconds: 20 });
  await said(0, 'submit', limited, ...common);
  assert.deepEqual(await held(), { 9: [20, 1024] });
});

test('a retry has the limits of the run before it, or its own, and what has succeeded stays', async () => {
  const grid = ['--entrypoint', entrypoint, '--grid', 'y=1', '--seeds', '1,9', '--job-id', 'again'];
  await said(0, 'submit', ...grid, '--timeout', '7', ...common);
  assert.deepEqual(await held(), { 1: [7, 1024], 9: [7, 1024] });
  assert.equal((await said(0, 'retry', 'again', '--json')).tasks, 1);
  assert.deepEqual(await held(), { 9: [7, 1024] });
  await said(0, 'retry', 'again', '--timeout', '9s', '--memory', '100MiB', '--json');
  assert.deepEqual(await held(), { 9: [9, 100] });
  const { run } = await said(0, 'retry', 'again', '--json');
  assert.deepEqual(await held(), { 9: [9, 100] });
  // The same tasks under other limits are the same job, and a result answers whatever the limits.
  assert.equal((await said(0, 'submit', ...grid, '--timeout', '8', ...common)).new_job, false);
  assert.deepEqual(await held(), { 9: [8, 1024] });

  const { exitCode, stderr } = await stand.cli('retry', 'again', '--run', run, '--timeout', '10');
  assert.equal(exitCode, 2);
  assert.match(stderr, /Cannot go on with the run \S+ under other limits .*"timeout_seconds":9/);
});

test('a job is not the same whose single tasks have other limits', async () => {
  const submit = async (seconds: number) =>
    stand.cli(
      'submit',
      await fileOf('single.json', jobOf({}, { timeout_seconds: seconds })),
      '--job-id',
      'single',
      ...common,
    );
  assert.equal((await submit(5)).exitCode, 0);
  const other = await submit(6);
  assert.equal(other.exitCode, 2);
  assert.match(
    other.stderr,
    /there is a job of this name with other tasks \(2\), with other limits of single/,
  );
});

test('limits above those of the app are refused before anything is sent where the app is known, and by the app otherwise', async () => {
  const grid = ['--entrypoint', entrypoint, '--grid', 'z=1', '--job-id', 'much'];
  const known = { ...stand.env, MODELOPS_TASK_TIMEOUT_SECONDS: '60', MODELOPS_MEM_LIMIT_BYTES: String(MiB) };
  for (const [option, value, expected] of [
    [
      '--timeout',
      '61s',
      /Cannot submit: timeout_seconds is 61, and the app lets no task run longer than 60 s/,
    ],
    ['--memory', '2MiB', /Cannot submit: memory_bytes is 2097152 \(2 MiB\), .* more than 1 MiB/],
  ] as const) {
    const { exitCode, stderr } = await stand.cliIn(known, 'submit', ...grid, option, value, ...common);
    assert.equal(exitCode, 2);
    assert.match(stderr, expected);
  }
  assert.equal((await stand.storage.queue.peekMessages()).peekedMessageItems.length, 0);

  await said(0, 'submit', ...grid, '--timeout', '61', ...common);
  assert.deepEqual(await held(), {}, 'the app of these tests has a limit of 60 s');
  const [refused] = await readAll('much');
  assert.equal(refused?.outcome, 'invalid-task');
  assert.match(
    refused?.reason ?? '',
    /^timeout_seconds is 61, and the app lets no task run longer than 60 s/,
  );
  await said(0, 'retry', 'much', '--timeout', '60', '--json');
  assert.equal(Object.keys(await held()).length, 1);
});

for (const [option, value, expected] of [
  ['--timeout', '5 minutes', /must be a time above 0, in seconds or as in 90s, 5m or 1h30m/],
  ['--timeout', '0', /must be a time above 0/],
  ['--memory', '4GB', /must be a size above 0, in bytes or as in 512MiB or 4GiB/],
  ['--memory', '-1', /must be a size above 0/],
  ['--stop-after-failures', '0', /must be a whole number, at least 1, or a share above 0, as in 20%/],
  ['--stop-set-after-failures', '120%', /must be a whole number, at least 1, or a share above 0, as in 20%/],
] as const)
  test(`${option} "${value}" is refused`, async () => {
    const { exitCode, stderr } = await stand.cli('submit', option, value);
    assert.equal(exitCode, 2);
    assert.match(stderr, expected);
  });

async function readAll(jobId: string) {
  const { scope } = await findJob(stand.storage, jobId, undefined, signal);
  const records: { outcome: string; reason: string }[] = [];
  await readOutcomes(stand.storage.jobs, scope, signal, (record) => void records.push(record));
  return records;
}

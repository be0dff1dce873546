import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { parseBlobReference } from '../../../src/azure-backend/blob-reference.js';
import { readTextBlob } from '../../../src/azure-backend/read-text-blob.js';
import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { listOutcomes } from '../../../src/jobs/reading/list-outcomes.js';
import { readOutcome } from '../../../src/jobs/reading/read-outcomes.js';
import type { RunRequest } from '../../../src/simulation/ports.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import type { Pretended } from './pretend-report.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

const bundle = (letter: string) => `sha256:${letter.repeat(64)}`;
const make = temporaryFolders();
let temporary: string;
let stand: CliStand;

before(async () => {
  temporary = await make();
  stand = await startStand({ TMPDIR: temporary });
});
after(() => stand.stop());

/** Runs a job of three tasks, x = 1, 2, 3, whose output is a table. */
async function ran(
  job: string,
  answer: (x: string) => Pretended | undefined = () => undefined,
  {
    ref = bundle('a'),
    grid = 'x=1,2,3',
    most,
    options = ['--no-cache'],
  }: { ref?: string; grid?: string; most?: number; options?: string[] } = {},
): Promise<void> {
  const sent = await stand.cli(
    ...['submit', '--bundle', ref, '--entrypoint', 'models.sir/baseline', '--grid', grid, '--seeds', '1'],
    ...['--job-id', job, '--no-preflight', ...options],
  );
  assert.equal(sent.exitCode, 0, sent.stderr);
  await workOff(stand, (request) => answer(xOf(request)) ?? table(xOf(request)), most);
}

const xOf = ({ task }: RunRequest) => String(task.params.values.x);
const here = { machine: { processor: 'one', instruction_sets: ['avx2'] }, hash_seed: 0 };
const table = (x: string, cases = '2.5', attested = here): Pretended => ({
  outputs: { table: `day,cases\n0,${x}\n1,${cases}\n` },
  attested,
});

async function recordOf(job: string, x: string): Promise<OutcomeRecord> {
  for await (const { blobName } of listOutcomes(
    stand.storage.jobs,
    { jobId: job, run: undefined },
    new AbortController().signal,
  )) {
    const record = await readOutcome(stand.storage.jobs, blobName);
    if (String(record.params.x) === x) return record;
  }
  throw new Error(`${job} has no x=${x}`);
}

async function compared(exitCode: number, ...args: string[]) {
  const answer = await stand.cli('compare', ...args, '--json');
  assert.equal(answer.exitCode, exitCode, answer.stderr);
  return { ...JSON.parse(answer.stdout), text: answer.stderr };
}

test('two jobs with the same bytes are told as such, and tasks that ran once are named', async () => {
  await ran('first');
  await ran('second');
  const same = await stand.cli('compare', 'first', 'second');
  assert.equal(same.exitCode, 0, same.stderr);
  assert.match(same.stdout, /^Compared first with second: 3 of 3 tasks have the same bytes\.$/m);

  await ran('cached', undefined, { options: [] });
  await ran('from the cache'.replaceAll(' ', '-'), undefined, { options: [] });
  const cached = await compared(0, 'cached', 'from-the-cache');
  assert.deepEqual([cached.same, cached.one_result], [3, 3]);
  assert.match(cached.text, /Note: of 3 tasks both name one stored result, so that nothing ran twice\./);
});

test('what differs is told by column and by how much, with the likely causes, and exit code 5', async () => {
  await ran('differs', (x) => (x === '2' ? table(x, '2.75') : undefined));
  const { exitCode, stdout } = await stand.cli('compare', 'first', 'differs');
  assert.equal(exitCode, 5);
  assert.match(stdout, /^Compared first with differs: 2 of 3 tasks have the same bytes, 1 not\.$/m);
  assert.match(stdout, /^1 task: an output differs: "table"$/m);
  assert.match(
    stdout,
    /cases: 1 of 2 values differs, by up to 0\.25 \(0\.091 of the value\); first row 1: 2\.5 \| 2\.75$/m,
  );
  assert.match(stdout, /Most likely: a random generator that is not seeded/);

  const found = await compared(5, 'first', 'differs');
  const [difference, ...others] = found.different;
  assert.deepEqual(others, []);
  assert.deepEqual([difference.params, difference.seed], [{ x: 2 }, 1]);
  assert.equal(difference.causes[0].cause, 'unseeded-generator');
  assert.equal(found.reproducible, false);
});

test('facts that are not the same are told', async () => {
  const there = { machine: { ...here.machine, processor: 'another' }, hash_seed: 7 };
  await ran('elsewhere', (x) => table(x, '2.5000000000001', there));
  const { exitCode, stdout } = await stand.cli('compare', 'first', 'elsewhere');
  assert.equal(exitCode, 5);
  assert.match(stdout, /^3 tasks: an output differs: "table"$/m);
  assert.match(stdout, /^ {2}hash seed: 0 \| 7 \(3 tasks\)$/m);
  assert.match(stdout, /^ {2}processor: one \| another \(3 tasks\)$/m);
  assert.match(stdout, /Most likely: another processor/);
});

test('another version of the bundle is compared task by task, and named as the cause', async () => {
  await ran('version 2'.replace(' ', '-'), (x) => table(x, '3.5'), { ref: bundle('b') });
  const found = await compared(5, 'first', 'version-2');
  assert.equal(found.compared, 3);
  assert.notEqual(found.different[0].task_id, found.different[0].second_task_id);
  assert.equal(found.different[0].causes[0].cause, 'bundle');
});

test('one run of a job is compared with another one', async () => {
  await ran('runs');
  const runs = async () => JSON.parse((await stand.cli('status', 'runs', '--json')).stdout).run;
  const before = await runs();
  await ran('runs', (x) => table(x, '9'));
  const found = await compared(5, `runs@${before}`, `runs@${await runs()}`);
  assert.equal(found.different.length, 3);
  const itself = await stand.cli('compare', 'runs', 'runs');
  assert.equal(itself.exitCode, 2);
  assert.match(itself.stderr, /Cannot compare runs with itself/);
});

test('tasks that only one job has, that did not succeed, or have not ended, are counted and named', async () => {
  await ran(
    'more',
    (x) => (x === '3' ? { outcome: 'simulation-failed', reason: 'three is bad' } : undefined),
    {
      grid: 'x=2,3,4',
    },
  );
  const found = await compared(0, 'first', 'more');
  assert.deepEqual([found.shared, found.compared, found.same], [2, 1, 1]);
  assert.deepEqual(
    found.not_succeeded.map(({ outcomes }: { outcomes: string[] }) => outcomes),
    [['succeeded', 'simulation-failed']],
  );
  assert.deepEqual([found.only_in_first.length, found.only_in_second.length], [1, 1]);
  assert.match(
    found.text,
    /1 shared task did not succeed in both: [0-9a-f]{32} \(succeeded, simulation-failed\)/,
  );

  await ran('growing', undefined, { most: 2 });
  const growing = await compared(1, 'first', 'growing');
  assert.equal(growing.unfinished, 1);
  assert.match(growing.text, /Not finished: 1 shared task/);
  await workOff(stand, (request) => table(xOf(request)));

  await ran('others', undefined, { grid: 'x=7,8' });
  const none = await compared(1, 'first', 'others');
  assert.match(none.text, /Cannot compare first with others: they share no task\./);
});

test('an output that one side lacks, and many tasks that differ alike, are told once', async () => {
  const grid = 'x=1:30:1';
  await ran('many', undefined, { grid });
  await ran('many-more', (x) => ({ outputs: { ...table(x).outputs, extra: x } }), { grid });
  const { exitCode, stdout } = await stand.cli('compare', 'many', 'many-more', '--details', '3');
  assert.equal(exitCode, 5);
  assert.equal(stdout.match(/"extra" is only in the second\./g)?.length, 2);
  assert.match(stdout, /^27 tasks: /m);
  assert.match(stdout, /Nobody looked into them/);
});

test('what was removed from storage or is damaged is told by name', async () => {
  await ran('kept');
  await ran('lost', (x) => table(x, '8'));
  const { result = '' } = await recordOf('lost', '1');
  const { container, blobName } = parseBlobReference(result);
  const results = stand.storage.blobs.getContainerClient(container);
  const stored = JSON.parse((await readTextBlob(results, blobName)) ?? '');
  const artifact = parseBlobReference(stored.outputs.table.ref);
  await results.getBlobClient(artifact.blobName).delete();
  const unseen = await compared(5, 'kept', 'lost');
  assert.match(
    unseen.text,
    /"table": Its contents cannot be looked at: it was removed from the storage account\./,
  );

  for (const x of ['1', '2', '3']) {
    const blob = parseBlobReference((await recordOf('lost', x)).result ?? '');
    await results.getBlobClient(blob.blobName).delete();
  }
  const gone = await compared(1, 'kept', 'lost');
  assert.deepEqual([gone.different.length, gone.uncompared.length, gone.reproducible], [0, 3, false]);
  assert.match(
    gone.text,
    /3 tasks could not be compared: .*The first: The result azure:.* was removed from the storage account\./,
  );
});

test('tasks with other environment variables are other tasks', async () => {
  await ran('with-env', undefined, { options: ['--no-cache', '--env', 'A=1'] });
  const found = await compared(1, 'first', 'with-env');
  assert.deepEqual([found.shared, found.only_in_first.length, found.only_in_second.length], [0, 3, 3]);
});

test('a job that there is not, and options that cannot be, are told', async () => {
  const unknown = await stand.cli('compare', 'first', 'nowhere');
  assert.equal(unknown.exitCode, 1);
  assert.match(unknown.stderr, /Cannot find the job nowhere/);
  const run = await stand.cli('compare', 'first', 'second@nowhere');
  assert.match(run.stderr, /Cannot find the run nowhere of job second/);
  assert.equal((await stand.cli('compare', 'first', 'second', '--details', '-1')).exitCode, 2);
});

test('outputs that were brought here are gone', async () => {
  const left = await readdir(temporary);
  assert.deepEqual(
    left.filter((name) => name.startsWith('mops-cold-compare-')),
    [],
  );
});

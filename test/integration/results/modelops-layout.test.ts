import assert from 'node:assert/strict';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeVector, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { LosslessNumber } from 'lossless-json';
import { blake2b } from '../../../src/contracts/identities/blake2b.js';
import type { TaskLine } from '../../../src/contracts/job/task-line.js';
import { openParquet } from '../../../src/formats/open-parquet.js';
import { findJob } from '../../../src/jobs/reading/find-job.js';
import { readTasks } from '../../../src/jobs/reading/read-tasks.js';
import { submitJob } from '../../../src/jobs/submission/submit-job.js';
import { simPath } from '../../../src/results/modelops/modelops-paths.js';
import { writeTargetView } from '../../../src/results/modelops/write-target-view.js';
import { readTaskRows } from '../../../src/results/tables/read-task-rows.js';
import type { Pretended } from '../cli/pretend-report.js';
import { workOff } from '../cli/pretend-worker.js';
import { type CliStand, startStand } from '../cli/stand.js';

const digest = 'b'.repeat(64);
const failing: Pretended = {
  outcome: 'simulation-failed',
  reason: 'no',
  error: { errorType: 'E', message: 'no', traceback: 'at' },
};
let stand: CliStand;

before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

test('a job is fetched as the ProvenanceStore of ModelOps reads it, failures and views with it', async () => {
  const frame = tableToIPC(new Table({ day: makeVector(Int32Array.of(0, 1)) }), 'stream');
  await submit('study', 'models.sir/baseline', 'x=1,2', '--seeds', '7,8');
  await workOff(stand, ({ task }) =>
    String(task.params.values.x) === '2'
      ? failing
      : { outputs: { 'incidence.arrows': frame, metadata: '{"ok":true}' } },
  );
  const fetched = await stand.cli('fetch', 'study', '--layout', 'modelops', '--json');
  assert.equal(fetched.exitCode, 3, fetched.stderr);
  assert.match(fetched.stderr, /^2 succeeded, 2 failed, 0 without an outcome yet\.$/m);
  const { folder, results, succeeded, failed: failures, pending } = JSON.parse(fetched.stdout);
  assert.deepEqual([results, succeeded, failures, pending], [4, 2, 2, 0]);
  const tasks = await rowsOf('study');
  const [first] = tasks;
  assert.ok(first);
  const hash = blake2b(first.param_id, 256);
  const at = join(
    ...[folder, 'token/v1/sims', digest.slice(0, 12), hash.slice(0, 2), hash.slice(2, 4)],
    ...[`params_${first.param_id.slice(0, 8)}`, 'seed_7'],
  );
  const result = await json(join(at, 'result.json'));
  assert.deepEqual(result, {
    task_id: first.task_id,
    outputs: {
      'incidence.arrows': { size: frame.length, checksum: blake2b(frame, 256) },
      metadata: { size: 11, checksum: blake2b('{"ok":true}', 256) },
    },
  });
  assert.deepEqual(
    new Uint8Array(await readFile(join(at, 'artifact_incidence.arrows.arrow'))),
    new Uint8Array(frame),
  );
  assert.equal(await readFile(join(at, 'artifact_metadata.json'), 'utf8'), '{"ok":true}');
  const metadata = await json(join(at, 'metadata.json'));
  assert.deepEqual(
    [metadata.params, metadata.seed, metadata.entrypoint],
    [{ x: 1 }, 7, 'models.sir/baseline'],
  );

  const failed = tasks.find(({ params }) => String(params.x) === '2');
  assert.ok(failed);
  const other = blake2b(failed.param_id, 256);
  const failure = join(
    ...[folder, 'token/v1/sims', digest.slice(0, 12), other.slice(0, 2), other.slice(2, 4)],
    ...[`params_${failed.param_id.slice(0, 8)}`, 'seed_8'],
  );
  const told = await json(join(failure, 'result.json'));
  assert.deepEqual([told.outputs, told.error], [{}, { error_type: 'E', message: 'no', retryable: false }]);
  const details = await readFile(join(failure, 'error_details.arrow'));
  assert.deepEqual(told.error_details, { size: details.length, checksum: blake2b(details, 256) });

  const views = join(folder, 'token/v1/views/jobs/study');
  const manifest = await json(join(views, 'manifest.json'));
  assert.deepEqual([manifest.job_id, manifest.targets, manifest.schema_version], ['study', {}, '1.0.0']);
  const output = await openParquet(join(views, 'model_outputs/incidence.arrows.parquet'));
  assert.deepEqual(
    output.columns.map(({ name }) => name),
    ['day', 'seed', 'param_id', 'replicate_idx'],
  );
});

test('what the layout of ModelOps cannot hold is told and left out', async () => {
  await submit('large', 'models.large/baseline', 'x=1,2');
  await workOff(stand, ({ task }) => ({
    outputs: { big: String(task.params.values.x) === '2' ? 'x'.repeat(524_289) : 'small' },
  }));
  const large = await stand.cli('fetch', 'large', '--layout', 'modelops', '--json');
  assert.equal(large.exitCode, 1);
  assert.equal(JSON.parse(large.stdout).results, 1);
  assert.match(
    large.stderr,
    /its output "big" has 524289 bytes, and ModelOps reads no result with one of more than 524288/,
  );

  const jobFile = join(stand.folder, 'two.json');
  const task = (entrypoint: string) => ({
    bundle_ref: `sha256:${digest}`,
    entrypoint,
    params: { values: { x: 5 } },
    seed: 1,
  });
  await writeFile(
    jobFile,
    JSON.stringify({ tasks: [task('models.one/baseline'), task('models.two/baseline')] }),
  );
  const submitted = await stand.cli('submit', jobFile, '--job-id', 'two', '--no-preflight');
  assert.equal(submitted.exitCode, 0, submitted.stderr);
  await workOff(stand);
  const two = await stand.cli('fetch', 'two', '--layout', 'modelops', '--json');
  assert.equal(two.exitCode, 1);
  const { results, folder } = JSON.parse(two.stdout);
  assert.equal(results, 1);
  assert.match(
    two.stderr,
    /its path is that of task [0-9a-f]{32}, since ModelOps tells results apart by bundle, parameters and seed alone/,
  );
  await access(join(folder, 'token/v1/views/jobs/two/manifest.json'));
});

test('an output that cannot be read is told with its task, and goes into no view; what the views change of others is told', async () => {
  const frame = (column: object) => tableToIPC(new Table(column as never), 'file');
  await submit('damaged', 'models.damaged/baseline', 'x=1,2,3');
  await workOff(stand, ({ task }) => {
    const whole = frame({
      day: makeVector(Int32Array.of(0, 1)),
      param_id: makeVector(Int32Array.of(5, 6)),
    });
    const x = String(task.params.values.x);
    if (x === '1') return { outputs: { table: whole, empty: whole.subarray(0, whole.length - 20) } };
    const text = frame({ day: vectorFromArray(['later'], new Utf8()) });
    return { outputs: { table: x === '2' ? whole.subarray(0, whole.length - 20) : text } };
  });
  const fetched = await stand.cli('fetch', 'damaged', '--layout', 'modelops', '--json');
  assert.equal(fetched.exitCode, 1);
  const { folder, results, notes, problems } = JSON.parse(fetched.stdout);
  assert.equal(results, 3);
  const [first, second] = (await rowsOf('damaged')).map(({ task_id }) => task_id);
  const why = 'it ends before its footer, so it was cut off';
  const cannot = (output: string, task: string | undefined) =>
    `Cannot put the output "${output}" of task ${task} into ModelOps' views: ${why}. Its file is exported as it is.`;
  assert.deepEqual(problems, [cannot('empty', first), cannot('table', second)]);
  assert.deepEqual(notes, [
    `The column "param_id" of the output "table" is called like one that ModelOps' views have of their own: theirs stands there, and the output's is in the file of each result.`,
    'The column "day" of the output "table" is an integer in some tasks and text in others: it is written as what holds both.',
  ]);
  const outputs = join(folder, 'token/v1/views/jobs/damaged/model_outputs');
  assert.deepEqual(await readdir(outputs), ['table.parquet']);
  const days: unknown[] = [];
  for await (const batch of (await openParquet(join(outputs, 'table.parquet'))).batches(['day']))
    for (let row = 0; row < batch.rows; row++) days.push(batch.value(0, row));
  assert.deepEqual(days, ['0', '1', 'later']);
});

test('a job of several bundles keeps the bundle of each row, and the outputs that its tasks asked for', async () => {
  const { signal } = new AbortController();
  const bundles = ['c', 'd'].map((digit) => `sha256:${digit.repeat(64)}`);
  const targets = ['targets:mean', 'one/fit', 'other/fit'];
  const lines: TaskLine[] = [];
  for (const [place, bundle_ref] of bundles.entries()) {
    const tasks = [1, 2].map((seed) => ({
      ...{ bundle_ref, entrypoint: 'models.sir/baseline', params: { values: { x: 1 } }, seed },
      outputs: ['answer'],
    }));
    const jobFile = join(stand.folder, `part-${place}.json`);
    await writeFile(jobFile, JSON.stringify({ tasks }));
    const told = targets.flatMap((target) => ['--target', target]);
    const part = ['submit', jobFile, ...told, '--job-id', `part-${place}`, '--no-preflight'];
    const { exitCode, stderr } = await stand.cli(...part);
    assert.equal(exitCode, 0, stderr);
    for await (const { message, ...names } of readTasks(stand.storage.jobs, `part-${place}`, signal))
      lines.push({ ...names, message: { ...message, job_id: 'bundles' } });
  }
  const manifest = { job_id: 'bundles', bundle_refs: bundles, targets, tool_version: '0', source: 'grid' };
  await submitJob(stand.storage, { manifest, lines }, signal);
  await workOff(stand, ({ task }) => (task.bundle_ref === bundles[0] ? {} : failing));
  const fetched = await stand.cli('fetch', 'bundles', '--layout', 'modelops', '--json');
  const { folder, results, notes, problems } = JSON.parse(fetched.stdout);
  assert.equal(results, 4, fetched.stderr);
  assert.equal(notes.length, 1);
  assert.match(notes[0], /^The job has 2 bundles: manifest\.json names the first of them, sha256:c{64}, and/);
  assert.equal(fetched.exitCode, 1);
  assert.deepEqual(problems, [
    'Cannot write the view of the target other/fit: ModelOps\' views call it "fit", as they do one/fit. That one\'s stays; `mops-cold losses` has both.',
  ]);
  assert.deepEqual(await readdir(join(folder, 'token/v1/views/jobs/bundles/targets')), [
    'fit',
    'targets:mean',
  ]);
  const views = join(folder, 'token/v1/views/jobs/bundles');
  const table = await openParquet(join(views, 'targets/targets:mean/data.parquet'));
  const rows: unknown[] = [];
  for await (const batch of table.batches(['bundle_ref', 'seeds']))
    for (let row = 0; row < batch.rows; row++) rows.push([batch.value(0, row), batch.value(1, row)]);
  assert.deepEqual(
    rows,
    bundles.map((bundle_ref) => [bundle_ref, [1n, 2n]]),
  );
  for (const row of await rowsOf('bundles'))
    assert.deepEqual((await json(join(folder, simPath(row), 'metadata.json'))).outputs, ['answer']);
});

test('a target has a row a parameter set, with the seeds of its replicates', async () => {
  const path = join(stand.folder, 'data.parquet');
  const set = { job_id: 'j', param_id: 'p', bundle_ref: 'b', entrypoint: 'e', timestamp: 't' };
  const one = { ...set, loss: 0.5, n_replicates: 2, seeds: [1n, 2n], params: { x: new LosslessNumber('1') } };
  const other = {
    ...set,
    loss: null,
    n_replicates: null,
    seeds: [],
    params: { x: new LosslessNumber('1.5') },
  };
  await writeTargetView(path, [one, other], new AbortController().signal);
  const table = await openParquet(path);
  const names = ['loss', 'n_replicates', 'seeds', 'param_x'];
  for await (const batch of table.batches(names))
    assert.deepEqual(
      [0, 1].map((row) => names.map((_, place) => batch.value(place, row) ?? null)),
      [
        [0.5, 2n, [1n, 2n], 1],
        [null, null, [], 1.5],
      ],
    );
});

test('the path of a result is the one of ModelOps', () => {
  const param_id = 'c37cc483c451a8879dfd0b8e1c02c1e3dd9f1ffef268ac004cb9e7f817a04e5c';
  const bundle_ref = `sha256:${'a'.repeat(64)}`;
  assert.equal(
    simPath({ bundle_ref, param_id, seed: 42n }),
    'token/v1/sims/aaaaaaaaaaaa/4d/e4/params_c37cc483/seed_42',
  );
  const tagged = `registry.azurecr.io/model@${bundle_ref}`;
  assert.match(simPath({ bundle_ref: tagged, param_id, seed: 42n }), /^token\/v1\/sims\/aaaaaaaaaaaa\//);
});

async function json(path: string) {
  return JSON.parse(await readFile(path, 'utf8'));
}

async function rowsOf(name: string) {
  const { signal } = new AbortController();
  const rows = [];
  for await (const row of readTaskRows(
    stand.storage,
    await findJob(stand.storage, name, undefined, signal),
    signal,
  ))
    rows.push(row);
  return rows;
}

async function submit(job: string, entrypoint: string, grid: string, ...more: string[]): Promise<void> {
  const what = ['--bundle', `sha256:${digest}`, '--entrypoint', entrypoint, '--job-id', job];
  const { exitCode, stderr } = await stand.cli('submit', ...what, '--grid', grid, '--no-preflight', ...more);
  assert.equal(exitCode, 0, stderr);
}

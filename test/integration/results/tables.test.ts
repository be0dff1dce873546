import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeVector, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { openParquet } from '../../../src/formats/open-parquet.js';
import { readOutcome } from '../../../src/jobs/reading/read-outcomes.js';
import type { RunRequest } from '../../../src/simulation/ports.js';
import { workOff } from '../cli/pretend-worker.js';
import { type CliStand, startStand } from '../cli/stand.js';

let stand: CliStand;

before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

test('each output of a job becomes one table with parameters and seed in front, and a failed task a row with its outcome', async () => {
  await submit('sweep', 'x=1,2,3', '--grid', 'place=north', '--seeds', '7,18446744073709551615');
  await workOff(stand, (request) =>
    xOf(request) === '2'
      ? {
          outcome: 'simulation-failed',
          reason: 'no',
          error: { errorType: 'E', message: 'no', traceback: '' },
        }
      : {
          outputs: {
            incidence: arrow({
              day: Int32Array.of(0, 1),
              cases: Float64Array.of(Number(xOf(request)), Number.NaN),
            }),
            'by_age.csv': 'age,name\r\n01,"a,b"\r\n2,\r\n',
            summary: '{"total": 12, "mean": 0.5, "label": "é"}',
            'score.json': '3.5',
            plot: '\u0000\u0001',
          },
        },
  );
  const { exitCode, stdout, stderr } = await stand.cli('results', 'sweep', '--csv', '--json');
  assert.equal(exitCode, 3, stderr);
  const made = JSON.parse(stdout);
  assert.deepEqual([made.succeeded, made.failed, made.pending, made.problems], [4, 2, 0, []]);
  assert.deepEqual(made.notes, [
    'The output "plot" of 4 tasks is no table (bytes): `mops-cold fetch` brings it as a file.',
  ]);

  const tasks = await tableOf('sweep', 'tasks');
  assert.deepEqual(tasks.columns.slice(0, 5), [
    'task_id of text',
    'place of text',
    'x of int64',
    'seed of uint64',
    'outcome of text',
  ]);
  assert.deepEqual(
    tasks.rows.map(({ x, seed, outcome, error_type: error }) => [x, seed, outcome, error]),
    [1n, 2n, 3n].flatMap((x) =>
      [7n, 2n ** 64n - 1n].map((seed) => [
        x,
        seed,
        ...(x === 2n ? ['simulation-failed', 'E'] : ['succeeded', '']),
      ]),
    ),
  );
  assert.ok(tasks.rows.every(({ ordinal, nonce }) => ordinal === 1 && String(nonce).length === 32));

  const incidence = await tableOf('sweep', 'outputs/incidence');
  assert.deepEqual(incidence.columns.slice(-3), ['outcome of text', 'day of int32', 'cases of float64']);
  assert.deepEqual(
    incidence.rows.map(({ x, day, cases, outcome }) => [x, day, cases, outcome]),
    [
      ...[1n, 1n].flatMap((x) => [
        [x, 0, 1, 'succeeded'],
        [x, 1, Number.NaN, 'succeeded'],
      ]),
      [2n, null, null, 'simulation-failed'],
      [2n, null, null, 'simulation-failed'],
      ...[3n, 3n].flatMap((x) => [
        [x, 0, 3, 'succeeded'],
        [x, 1, Number.NaN, 'succeeded'],
      ]),
    ],
  );
  const ages = await tableOf('sweep', 'outputs/by_age.csv');
  assert.deepEqual(
    ages.rows.slice(0, 2).map(({ age, name }) => [age, name]),
    [
      ['01', 'a,b'],
      ['2', null],
    ],
  );
  const [summary] = (await tableOf('sweep', 'outputs/summary')).rows;
  assert.deepEqual([summary?.total, summary?.mean, summary?.label], [12n, 0.5, 'é']);
  assert.equal((await tableOf('sweep', 'outputs/score.json')).rows[0]?.value, 3.5);

  const csv = await readFile(fileOf('sweep', 'outputs/by_age.csv.csv'), 'utf8');
  assert.match(
    csv,
    /^task_id,place,x,seed,outcome,age,name\r\n[0-9a-f]{32},north,1,7,succeeded,01,"a,b"\r\n/,
  );
  assert.match(await readFile(fileOf('sweep', 'tasks.csv'), 'utf8'), /^task_id,place,x,seed,outcome,/);
  const left = (await readdir(join(stand.folder, 'results', 'sweep', 'tables'), { recursive: true })).filter(
    (name) => /(^|\/)\./.test(name),
  );
  assert.deepEqual(left, []);
});

test('columns that differ between tasks are put together and told, and one called like a parameter gets another name', async () => {
  await submit('differing', 'x=1,2,3');
  await workOff(stand, (request) => {
    const x = Number(xOf(request));
    const columns = {
      1: { x: Float64Array.of(9), a: Int32Array.of(1) },
      2: { x: Float64Array.of(9), a: Float64Array.of(1.5) },
      3: { a: ['text'], b: Int32Array.of(3) },
    }[x];
    return { outputs: { table: arrow(columns ?? {}) } };
  });
  const made = JSON.parse((await stand.cli('results', 'differing', '--json')).stdout);
  assert.deepEqual(made.notes, [
    'The column "a" of the output "table" is a number in some tasks and text in others: it is written as what holds both.',
    'The column "x" of the output "table" is called like a parameter, or another column in front: here it is "table.x".',
    'The column "x" of the output "table" is in 2 of 3 tasks; the others have no value there.',
    'The column "b" of the output "table" is in 1 of 3 tasks; the others have no value there.',
  ]);
  const { rows } = await tableOf('differing', 'outputs/table');
  assert.deepEqual(
    rows.map((row) => [row.x, row['table.x'], row.a, row.b]),
    [
      [1n, 9, '1', null],
      [2n, 9, '1.5', null],
      [3n, null, 'text', 3],
    ],
  );
});

test('an output that is cut off or damaged is told, and its task keeps a row', async () => {
  await submit('damaged', 'x=1,2,3');
  const whole = arrow({ a: Int32Array.of(1) });
  await workOff(stand, (request) => ({
    outputs: { table: xOf(request) === '2' ? whole.subarray(0, whole.length - 20) : whole },
  }));
  const listed = await tasksOf('damaged');
  const third = await readOutcome(stand.storage.jobs, listed.get('3') ?? '');
  for await (const { name } of stand.storage.results.listBlobsFlat({
    prefix: `sims/${third.result_key.slice(0, 2)}/${third.result_key}/attempts/`,
  }))
    await stand.storage.results.getBlockBlobClient(name).upload('other', 5);
  const { exitCode, stderr } = await stand.cli('results', 'damaged');
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /Cannot read the output "table" of task [0-9a-f]{32}: it ends before its footer, so it was cut off\./,
  );
  assert.match(
    stderr,
    /Cannot read the output "table" of task [0-9a-f]{32}: it has 5 bytes, and the result says \d+\./,
  );
  const { rows } = await tableOf('damaged', 'outputs/table');
  assert.deepEqual(
    rows.map(({ x, a, outcome }) => [x, a, outcome]),
    [
      [1n, 1, 'succeeded'],
      [2n, null, 'succeeded'],
      [3n, null, 'succeeded'],
    ],
  );
});

test('a job without outputs has its table of tasks, and says why there is no other', async () => {
  await submit('none', 'x=1,2');
  const { exitCode, stdout } = await stand.cli('results', 'none', '--json');
  assert.equal(exitCode, 0);
  assert.deepEqual(JSON.parse(stdout).notes, ['There are no tables of outputs: no task has succeeded.']);
  assert.deepEqual(
    (await tableOf('none', 'tasks')).rows.map(({ outcome }) => outcome),
    ['pending', 'pending'],
  );
});

test('a table without --csv takes away the CSV of an older one', async () => {
  await submit('again', 'x=1');
  await workOff(stand, () => ({ outputs: { table: arrow({ a: Int32Array.of(1) }) } }));
  await stand.cli('results', 'again', '--csv');
  await access(fileOf('again', 'outputs/table.csv'));
  const { exitCode, stdout } = await stand.cli('results', 'again', '--json');
  assert.equal(exitCode, 0);
  assert.equal(JSON.parse(stdout).tables[1].csv, null);
  await assert.rejects(access(fileOf('again', 'outputs/table.csv')), { code: 'ENOENT' });
  await access(fileOf('again', 'tasks.csv'));
});

test('an output that was asked for and that no task has is told with those that there are', async () => {
  await submit('misspelt', 'x=1,2');
  await workOff(stand, (request) => ({
    outputs: { incidence: arrow({ a: Int32Array.of(1) }), ...(xOf(request) === '2' && { plot: 'x' }) },
  }));
  const one = JSON.parse(
    (await stand.cli('results', 'misspelt', '--output', 'incidence,prevalense', '--json')).stdout,
  );
  assert.deepEqual(one.notes, ['No task has an output "prevalense": they have incidence, plot.']);
  assert.equal(one.tables.length, 2);
  const none = JSON.parse(
    (await stand.cli('results', 'misspelt', '--output', 'prevalense', '--json')).stdout,
  );
  assert.deepEqual(none.notes, one.notes);
});

test('where every output is damaged nothing says that there is none', async () => {
  await submit('broken', 'x=1,2');
  const whole = arrow({ a: Int32Array.of(1) });
  await workOff(stand, () => ({ outputs: { table: whole.subarray(0, whole.length - 20) } }));
  const { exitCode, stdout } = await stand.cli('results', 'broken', '--json');
  assert.equal(exitCode, 1);
  assert.deepEqual(JSON.parse(stdout).notes, [
    'There are no tables of outputs: some outputs cannot be read, and no other is a table.',
  ]);
});

test('without a run each task has its best outcome of all, here and in the layout of ModelOps', async () => {
  await submit('runs', 'x=1,2');
  await workOff(stand);
  await submit('runs', 'x=1,2');
  const made = await stand.cli('results', 'runs', '--json');
  const { succeeded, pending, run } = JSON.parse(made.stdout);
  assert.deepEqual([made.exitCode, succeeded, pending, run], [0, 2, 0, null]);
  const fetched = await stand.cli('fetch', 'runs', '--layout', 'modelops', '--json');
  assert.deepEqual([fetched.exitCode, JSON.parse(fetched.stdout).results], [0, 2]);
  await workOff(stand);
});

test('what cannot be written is told before anything is read, and leaves nothing', async () => {
  await submit('refused', 'x=1');
  const { exitCode, stderr } = await stand.cli('results', 'refused', '--to', '/proc/here');
  assert.equal(exitCode, 1);
  assert.match(stderr, /Cannot write to the folder \/proc\/here/);
  await assert.rejects(access('/proc/here'));
});

type Columns = Record<string, Int32Array | Float64Array | string[]>;

function arrow(columns: Columns): Uint8Array {
  const vectors = Object.entries(columns).map(([name, values]) => [
    name,
    Array.isArray(values) ? vectorFromArray(values, new Utf8()) : makeVector(values as Float64Array),
  ]);
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'file');
}

function xOf({ task }: RunRequest): string {
  return String(task.params.values.x);
}

function fileOf(job: string, name: string): string {
  return join(stand.folder, 'results', job, 'tables', name);
}

async function tableOf(job: string, name: string) {
  const table = await openParquet(fileOf(job, `${name}.parquet`));
  const names = table.columns.map((column) => column.name);
  const rows: Record<string, unknown>[] = [];
  for await (const batch of table.batches(names))
    for (let row = 0; row < batch.rows; row++)
      rows.push(Object.fromEntries(names.map((column, place) => [column, batch.value(place, row) ?? null])));
  return { columns: table.columns.map((column) => `${column.name} of ${column.kind}`), rows };
}

/** Outcome records by the parameter x. */
async function tasksOf(job: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { name } of stand.storage.jobs.listBlobsFlat({ prefix: `jobs/${job}/runs/` })) {
    if (!name.includes('/outcomes/')) continue;
    const { params } = await readOutcome(stand.storage.jobs, name);
    found.set(String(params.x), name);
  }
  return found;
}

async function submit(job: string, grid: string, ...more: string[]): Promise<void> {
  const what = [
    '--bundle',
    `sha256:${'b'.repeat(64)}`,
    '--entrypoint',
    `models.${job}/baseline`,
    '--job-id',
    job,
  ];
  const { exitCode, stderr } = await stand.cli('submit', ...what, '--grid', grid, '--no-preflight', ...more);
  assert.equal(exitCode, 0, stderr);
}

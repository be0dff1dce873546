import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { access, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { QueueClient } from '@azure/storage-queue';
import { makeVector, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { createOnce } from '../../../src/azure-backend/create-once.js';
import { formatTablesRequest, parseTablesRequest } from '../../../src/contracts/message/tables-request.js';
import { openParquet } from '../../../src/formats/open-parquet.js';
import { tablesLockPath, tablesRecordPath } from '../../../src/jobs/job-paths.js';
import { listRuns } from '../../../src/jobs/reading/list-runs.js';
import { readOutcome } from '../../../src/jobs/reading/read-outcomes.js';
import { askForTables } from '../../../src/jobs/recording/ask-for-tables.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { madeByApp } from '../../../src/results/stored/made-by-app.js';
import { storeTables } from '../../../src/results/stored/store-tables.js';
import type { RunRequest } from '../../../src/simulation/ports.js';
import { createTableMaker } from '../../../src/worker/create-table-maker.js';
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

test('tables that the app has made are fetched, until a new run begins', async () => {
  await submit('kept', 'x=1,2');
  await workOff(stand, (request) => ({
    outputs: { table: arrow({ a: Float64Array.of(Number(xOf(request))) }), plot: '\u0000' },
  }));
  const here = JSON.parse((await stand.cli('results', 'kept', '--csv', '--json')).stdout);
  const tables = await Promise.all(['tasks', 'outputs/table'].map((name) => tableOf('kept', name)));
  assert.equal(here.made_at, null);
  const run = await runOf('kept');
  await storeTables(stand.storage, { ...run, ...within }, join(stand.folder, 'made'), signal);
  const { made_at: madeAt, ...fetched } = JSON.parse(
    (await stand.cli('results', 'kept', '--csv', '--json')).stdout,
  );
  assert.match(madeAt, /^\d{4}-/);
  assert.deepEqual({ ...fetched, made_at: null }, here);
  assert.deepEqual(
    await Promise.all(['tasks', 'outputs/table'].map((name) => tableOf('kept', name))),
    tables,
  );
  // Which other outputs there are the app has not written down.
  const misspelt = JSON.parse((await stand.cli('results', 'kept', '--output', 'tabel', '--json')).stdout);
  assert.deepEqual(misspelt.notes, ['No task has an output "tabel": they have plot, table.']);
  const ofOne = JSON.parse((await stand.cli('results', 'kept', '--run', run.run, '--json')).stdout);
  assert.equal(ofOne.made_at, null);
  await submit('kept', 'x=1,2');
  assert.equal(JSON.parse((await stand.cli('results', 'kept', '--json')).stdout).made_at, null);
  // Of a run that is not the latest any more none are made, and nobody begins with them again.
  const later = await runOf('kept');
  await stand.storage.jobs.getBlobClient(tablesRecordPath(run)).delete();
  await storeTables(stand.storage, { ...run, ...within }, join(stand.folder, 'made'), signal);
  const left = await madeByApp(stand.storage.jobs, run);
  assert.ok(left && 'reason' in left && /^A later run of the job has begun/.test(left.reason));
  assert.notEqual(later.run, run.run);
  await workOff(stand);
});

test('the app is asked for tables once, when all tasks of a run have ended', async () => {
  await submit('asked', 'x=1,2,3');
  const run = await runOf('asked');
  const { jobsQueue } = stand.storage;
  await jobsQueue.createIfNotExists();
  const ask = askForTables(stand.storage);
  await workOff(stand, () => ({}), 2);
  await ask(run);
  assert.deepEqual(await requestsFor(jobsQueue), []);
  await workOff(stand);
  await Promise.all([ask(run), ask(run)]);
  const asked = await requestsFor(jobsQueue);
  assert.ok(asked.length >= 1, 'twice is better than never');
  assert.deepEqual(asked[0], { job_id: run.jobId, run: run.run, begun: 0 });
  await ask(run);
  await askForTables(stand.storage)(run);
  assert.deepEqual(await requestsFor(jobsQueue), []);
  await submit('single', 'x=1');
  await workOff(stand);
  await ask(await runOf('single'));
  await ask({ jobId: 'direct', run: randomUUID() });
  assert.deepEqual(await requestsFor(jobsQueue), []);
});

test('tables that the app does not make are left with the reason, and made by whoever wants them', async () => {
  await submit('left', 'x=1,2');
  await workOff(stand, () => ({ outputs: { table: arrow({ a: Float64Array.of(1) }) } }));
  const run = await runOf('left');
  const left = async () => {
    const made = await madeByApp(stand.storage.jobs, run);
    await stand.storage.jobs.getBlobClient(tablesRecordPath(run)).delete();
    return made && 'reason' in made ? made.reason : made;
  };
  const small = { ...run, ...within, mostBytes: 100 };
  await storeTables(stand.storage, small, join(stand.folder, 'left'), signal);
  assert.equal(await left(), 'Its outputs have more than 100 B (MODELOPS_JOB_TABLES_BYTES of the app).');
  const short = { ...run, ...within, withinMs: 0 };
  await storeTables(stand.storage, short, join(stand.folder, 'left'), signal);
  assert.equal(await left(), 'It would have taken longer than 0 minutes.');

  const { jobs, jobsQueue } = stand.storage;
  const maker = createTableMaker(stand.storage, { container: 'none', connection_string: '' }, '', 1);
  const request = { job_id: run.jobId, run: run.run, begun: 3 };
  const body = Buffer.from(formatTablesRequest(request));
  const delivery = { messageId: '1', body, dequeueCount: 1, insertedAt: undefined };
  await createOnce(jobs, tablesLockPath, '', 'text/plain');
  const lease = jobs.getBlobClient(tablesLockPath).getBlobLeaseClient();
  await lease.acquireLease(15);
  assert.match((await maker.make(delivery)) ?? '', /tables are being made/);
  assert.equal((await jobsQueue.getProperties()).approximateMessagesCount, 1);
  await lease.releaseLease();
  await maker.make(delivery);
  assert.match(String(await left()), /^They were begun 3 times, /);
  assert.equal(await maker.make({ ...delivery, body: Buffer.from('{"expand": {}}') }), undefined);
  await maker.giveUp(delivery);
  const { exitCode, stdout } = await stand.cli('results', 'left', '--json');
  const { tables, notes } = JSON.parse(stdout);
  assert.deepEqual([exitCode, tables.length], [0, 2]);
  assert.match(notes[0], /^The app made no tables of this job: Every delivery of the request was used up /);
});

test('whoever makes tables for the app ends with its host, and when its folder is taken away', async (t) => {
  const silent = createServer((socket) => socket.on('error', () => undefined).resume());
  t.after(() => silent.close());
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const { port } = silent.address() as AddressInfo;
  const account = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${Buffer.alloc(64).toString('base64')}`;
  const begin = async (hostPid: number) => {
    const folder = join(stand.folder, randomUUID());
    const order = {
      azureBackend: {
        container: 'results',
        connection_string: `${account};BlobEndpoint=http://127.0.0.1:${port}/a`,
      },
      jobsContainer: 'jobs',
      tables: { jobId: 'j', run: 'r', ...within },
      ...{ folder, hostPid },
    };
    const main = join(packageRoot, 'dist', 'app', 'tables', 'main.js');
    const maker = spawn(process.execPath, [main], { stdio: ['pipe', 'ignore', 'inherit'] });
    t.after(() => maker.kill('SIGKILL'));
    const ended = once(maker, 'exit');
    maker.stdin.end(JSON.stringify(order));
    return { folder, ended };
  };
  const gone = await begin(spawnSync('true').pid);
  assert.deepEqual(await gone.ended, [1, null]);
  const connected = once(silent, 'connection');
  const { folder, ended } = await begin(process.pid);
  await connected;
  await rm(folder, { recursive: true });
  assert.deepEqual(await ended, [1, null]);
});

test('what cannot be written is told before anything is read, and leaves nothing', async () => {
  await submit('refused', 'x=1');
  const { exitCode, stderr } = await stand.cli('results', 'refused', '--to', '/proc/here');
  assert.equal(exitCode, 1);
  assert.match(stderr, /Cannot write to the folder \/proc\/here/);
  await assert.rejects(access('/proc/here'));
});

const { signal } = new AbortController();
const within = { mostBytes: 1_000_000, withinMs: 60_000 };

async function runOf(jobId: string): Promise<{ jobId: string; run: string }> {
  return { jobId, run: (await listRuns(stand.storage.jobs, jobId, signal)).at(-1) ?? '' };
}

/** Takes them out of the queue. */
async function requestsFor(queue: QueueClient): Promise<unknown[]> {
  const { receivedMessageItems: messages } = await queue.receiveMessages({ numberOfMessages: 32 });
  for (const { messageId, popReceipt } of messages) await queue.deleteMessage(messageId, popReceipt);
  return messages.flatMap(({ messageText }) => parseTablesRequest(Buffer.from(messageText)) ?? []);
}

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

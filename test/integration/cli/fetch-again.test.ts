import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ContainerClient } from '@azure/storage-blob';
import { forwardTo } from '../../fixtures/storage/forward-to.js';
import type { Pretended } from './pretend-report.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

let stand: CliStand;
before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

const failed: Pretended = {
  outcome: 'simulation-failed',
  reason: 'it is bad',
  error: { errorType: 'ValueError', message: 'it is bad', traceback: '' },
};

test('a run that is under way takes nothing from the index: of each task the best outcome stands, with its run', async () => {
  const first = await submit('runs', '1,2,3');
  await work('runs', { 1: {}, 2: failed, 3: failed });
  assert.equal((await fetch('runs')).exitCode, 3);
  assert.deepEqual(await index('runs'), {
    1: ['succeeded', first],
    2: ['simulation-failed', first],
    3: ['simulation-failed', first],
  });

  const second = await submit('runs', '1,2,3');
  assert.deepEqual((await fetch('runs')).document.pending, 0);
  await work('runs', { 2: {}, 3: failed });
  const { exitCode, document } = await fetch('runs');
  assert.deepEqual([exitCode, document.succeeded, document.failed, document.pending], [3, 2, 1, 0]);
  const all = { 1: ['succeeded', first], 2: ['succeeded', second], 3: ['simulation-failed', second] };
  assert.deepEqual(await index('runs'), all);
  assert.deepEqual(await filesOf('runs', '2'), ['answer', 'log.txt', 'result.json']);

  // What is worse is not brought by asking for it, neither a job's nor one task's.
  const asked = await fetch('runs', '--run', first);
  assert.deepEqual(asked.document.notes, [
    `1 task ended better in another run than in ${first}: their results and rows are those, as before.`,
  ]);
  assert.deepEqual(await index('runs'), { ...all, 3: ['simulation-failed', first] });
  const { task_id } = (await rows('runs'))['2'];
  const one = await fetch('runs', '--run', first, '--task', task_id);
  assert.equal(one.exitCode, 1);
  assert.match(
    one.stderr,
    /ended as simulation-failed: \S+ holds its result of run .* Choose another folder with --to\./,
  );
  assert.deepEqual(await filesOf('runs', '2'), ['answer', 'log.txt', 'result.json']);
});

test('rows of which storage has no outcome any more stay while their results lie in the folder, and that is told', async () => {
  const run = await submit('forgotten', '1,2');
  await work('forgotten');
  await fetch('forgotten');
  await empty(stand.storage.jobs, 'jobs/forgotten/runs/');
  const kept = await fetch('forgotten');
  assert.deepEqual([kept.exitCode, kept.document.succeeded, kept.document.pending], [0, 2, 0]);
  assert.match(kept.stderr, /^Note: Storage no longer knows how 2 tasks ended: their rows stay/m);
  assert.deepEqual(await index('forgotten'), { 1: ['succeeded', run], 2: ['succeeded', run] });

  await rm(join(stand.folder, 'results', 'forgotten', (await rows('forgotten'))['2'].task_id), {
    recursive: true,
  });
  const { stderr } = await fetch('forgotten');
  assert.match(stderr, /^Note: Storage no longer knows how 1 task ended, and their results do not lie/m);
  assert.deepEqual(await index('forgotten'), { 1: ['succeeded', run], 2: ['pending', ''] });
});

test('another job of the same name has another folder, and a sentence', async () => {
  await submit('twin', '1,2');
  await work('twin', { 1: { outputs: { answer: 'the first' } }, 2: {} });
  await fetch('twin');
  const before = await readFile(join(stand.folder, 'results', 'twin', 'index.json'), 'utf8');

  for (const container of [stand.storage.jobs, stand.storage.results]) await empty(container);
  assert.equal((await fetch('twin')).exitCode, 1, 'there is no such job');
  await submit('twin', '1,3');
  await work('twin', { 1: { outputs: { answer: 'the second' } }, 3: {} });
  for (const round of [1, 2]) {
    const { document, stderr } = await fetch('twin');
    assert.match(document.folder, /^results\/twin~devstoreaccount1~\d{8}T\d{9}Z$/, `round ${round}`);
    assert.match(
      stderr,
      /^Note: results\/twin holds the results of the job twin of the account devstoreaccount1, submitted at \S+: the results of .* are kept in results\/twin~/m,
    );
    assert.equal(document.tasks, 2);
  }
  const { task_id } = (await rows('twin'))['1'];
  const one = await fetch('twin', '--task', task_id);
  assert.match(one.document.folder, /^results\/twin~/);
  assert.equal(await readFile(join(stand.folder, one.document.folder, 'answer'), 'utf8'), 'the second');
  assert.equal(await readFile(join(stand.folder, 'results', 'twin', 'index.json'), 'utf8'), before);
  assert.equal(await readFile(join(stand.folder, 'results', 'twin', task_id, 'answer'), 'utf8'), 'the first');
});

test('a folder in which something else lies is not taken for a job', async () => {
  await submit('mine', '1');
  await work('mine');
  await mkdir(join(stand.folder, 'results', 'mine'), { recursive: true });
  await writeFile(join(stand.folder, 'results', 'mine', 'model.py'), 'mine = 1\n');
  const { document, stderr } = await fetch('mine');
  assert.match(document.folder, /^results\/mine~devstoreaccount1~/);
  assert.match(stderr, /^Note: results\/mine holds something else: /m);
  assert.deepEqual(await readdir(join(stand.folder, 'results', 'mine')), ['model.py']);
  await rm(join(stand.folder, document.folder, '.mops-cold-results'));
  const full = await fetch('mine');
  assert.equal(full.exitCode, 1);
  assert.match(
    full.stderr,
    /^Cannot keep the results of the job mine .* Choose another folder with --to\.$/m,
  );
});

test('results of an earlier version are taken on by the job of their runs, and completed, and by no other', async () => {
  await submit('older', '1,2');
  await work('older');
  await fetch('older');
  const folder = join(stand.folder, 'results', 'older');
  // As the version before wrote it: a mark that names nobody, and an index without the places in storage.
  const asBefore = async () => {
    await writeFile(
      join(folder, '.mops-cold-results'),
      'Results that mops-cold keeps here are left out of bundles.\n',
    );
    const { abfs: _, ...rest } = (await rows('older'))['1'];
    const { tasks, ...index } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
    const older = tasks.map((row: { task_id: string }) => (row.task_id === rest.task_id ? rest : row));
    await writeFile(join(folder, 'index.json'), JSON.stringify({ ...index, tasks: older }));
  };
  await asBefore();
  const again = await fetch('older');
  assert.deepEqual([again.document.folder, again.document.notes], ['results/older', []]);
  assert.deepEqual(again.document.artifacts, { fetched: 0, present: 2 });
  for (const { abfs } of Object.values(await rows('older'))) assert.match(abfs.answer, /^abfs:\/\//);
  assert.match(await readFile(join(folder, '.mops-cold-results'), 'utf8'), /"account": "devstoreaccount1"/);

  await asBefore();
  for (const container of [stand.storage.jobs, stand.storage.results]) await empty(container);
  await submit('older', '1,2');
  await work('older');
  const other = await fetch('older');
  assert.match(other.document.folder, /^results\/older~devstoreaccount1~/);
  assert.match(
    other.stderr,
    /^Note: results\/older holds results of an earlier version, which do not say whose they are,/m,
  );
});

test('what an index says to be here is not asked for again, and what was touched since then is', async () => {
  await submit('still', '1,2');
  await work('still');
  await fetch('still');
  await fetch('still'); // so that no file is as young as the index
  await empty(stand.storage.results);
  const { exitCode, document } = await fetch('still');
  assert.deepEqual([exitCode, document.artifacts, document.problems], [0, { fetched: 0, present: 2 }, []]);

  const answer = join(stand.folder, 'results', 'still', (await rows('still'))['1'].artifacts.answer);
  await appendFile(answer, 'more');
  await utimes(answer, 0, 0); // a file's own time can be set back
  const touched = await fetch('still');
  assert.equal(touched.exitCode, 1);
  assert.match(
    touched.stderr,
    /^Cannot fetch task [0-9a-f]{32}: its result was removed from the storage account\.$/m,
  );
  assert.deepEqual(
    Object.values(await index('still')).map(([outcome]) => outcome),
    ['succeeded', 'succeeded'],
  );
});

test('what is missing or was changed in the folder is brought again, alone', async () => {
  await submit('mended', '1,2,3');
  await work('mended');
  await fetch('mended');
  const there = await rows('mended');
  const inFolder = (x: string, name: string) =>
    join(stand.folder, 'results', 'mended', there[x].task_id, name);
  await rm(inFolder('1', 'result.json')); // as an interruption leaves it
  await rm(inFolder('2', 'answer'));
  const text = await readFile(inFolder('3', 'answer'), 'utf8');
  await writeFile(inFolder('3', 'answer'), text.toUpperCase());
  assert.deepEqual((await fetch('mended')).document.artifacts, { fetched: 2, present: 1 });
  for (const x of ['1', '2', '3'])
    assert.deepEqual(await filesOf('mended', x), ['answer', 'log.txt', 'result.json']);
  assert.equal(await readFile(inFolder('3', 'answer'), 'utf8'), text);
});

test('an index that is none is not written over', async () => {
  await submit('edited', '1');
  await work('edited');
  await fetch('edited');
  const path = join(stand.folder, 'results', 'edited', 'index.json');
  await writeFile(path, '{"tasks": [');
  const { exitCode, stderr } = await fetch('edited');
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /^Cannot add to the results: results\/edited\/index\.json is not an index .* Move it away/m,
  );
  assert.equal(await readFile(path, 'utf8'), '{"tasks": [');
  await rm(path);
  assert.deepEqual((await fetch('edited')).document.artifacts, { fetched: 0, present: 1 });
});

test('the progress of fetch counts what has ended and is not here', async () => {
  await submit('early', '1,2,3,4,5');
  await workOff(stand, undefined, 2);
  const { stderr, document, exitCode } = await fetch('early');
  assert.match(stderr, /^Fetching 2\/2/m);
  assert.deepEqual([exitCode, document.succeeded, document.pending], [0, 2, 3]);
  await workOff(stand);
  assert.match((await fetch('early')).stderr, /^Fetching 3\/3/m);
});

test('Ctrl-C says what stays, and what the same command does', async () => {
  await submit('halfway', '1,2,3');
  await work('halfway');
  assert.equal(
    await interrupted('fetch', 'halfway'),
    'Interrupted. What was fetched stays; the same command fetches the rest.',
  );
  const { exitCode, document } = await fetch('halfway');
  assert.equal(exitCode, 0);
  assert.equal(document.artifacts.fetched + document.artifacts.present, 3);
  assert.equal(
    await interrupted('fetch', 'halfway', '--layout', 'modelops'),
    'Interrupted. Results that were written stay; the same command writes all of them again, with the views.',
  );
  assert.equal(
    await interrupted('results', 'halfway'),
    'Interrupted. Tables that are there are whole; the same command makes all of them.',
  );
});

/** What a command says at last that is interrupted while storage leaves the third artifact unanswered. */
async function interrupted(...command: string[]): Promise<string | undefined> {
  const { BlobEndpoint = '' } = Object.fromEntries(
    (stand.env.AZURE_STORAGE_CONNECTION_STRING ?? '').split(';').map((part) => part.split(/=(.*)/s)),
  );
  const to = new URL(BlobEndpoint);
  let asked: () => void = () => undefined;
  const askedForThird = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let artifacts = 0;
  const forward = forwardTo(Number(to.port));
  const server = createServer((incoming, answer) => {
    if (incoming.url?.includes('/attempts/') && ++artifacts > 2) return asked();
    return forward(incoming, answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const through = stand.env.AZURE_STORAGE_CONNECTION_STRING?.replace(`:${to.port}/`, `:${port}/`);
    const fetching = stand.startIn({ ...stand.env, AZURE_STORAGE_CONNECTION_STRING: through }, ...command);
    await askedForThird;
    fetching.kill('SIGINT');
    const { exitCode, stderr } = await fetching;
    assert.equal(exitCode, 130, stderr);
    return stderr.split('\n').find((line) => line.startsWith('Interrupted'));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function submit(jobId: string, xs: string): Promise<string> {
  // A bundle of its own, so that no job finds the results of another.
  const bundle = `sha256:${createHash('sha256').update(jobId).digest('hex')}`;
  const task = ['--entrypoint', 'models.sir/baseline', '--bundle', bundle];
  const args = [...task, '--grid', `x=${xs}`, '--no-preflight', '--job-id', jobId, '--json'];
  const { exitCode, stdout, stderr } = await stand.cli('submit', ...args);
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout).run;
}

/** Works off a job's tasks, each x as it is said; as succeeded when nothing is. */
async function work(jobId: string, outcomes: Record<string, Pretended> = {}): Promise<void> {
  await workOff(stand, ({ task, attempt }) => {
    return {
      outputs: { answer: `made for ${jobId} by ${attempt}` },
      ...outcomes[String(task.params.values.x)],
    };
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a document, looked at field by field
async function fetch(...args: string[]): Promise<{ exitCode: number; stderr: string; document: any }> {
  const { exitCode, stdout, stderr } = await stand.cli('fetch', ...args, '--json');
  return { exitCode, stderr, document: JSON.parse(stdout) };
}

// biome-ignore lint/suspicious/noExplicitAny: rows of an index, looked at field by field
async function rows(jobId: string): Promise<Record<string, any>> {
  const text = await readFile(join(stand.folder, 'results', jobId, 'index.json'), 'utf8');
  return Object.fromEntries(
    JSON.parse(text).tasks.map((row: { params: { x: number } }) => [row.params.x, row]),
  );
}

/** By x: outcome and run, which index.csv says too. */
async function index(jobId: string): Promise<Record<string, [string, string]>> {
  const all = Object.entries(await rows(jobId));
  const csv = await readFile(join(stand.folder, 'results', jobId, 'index.csv'), 'utf8');
  for (const [, { task_id, run, outcome }] of all) assert.ok(csv.includes(`${task_id},${run},${outcome},`));
  return Object.fromEntries(all.map(([x, { outcome, run }]) => [x, [outcome, run]]));
}

async function filesOf(jobId: string, x: string): Promise<string[]> {
  return (await readdir(join(stand.folder, 'results', jobId, (await rows(jobId))[x].task_id))).sort();
}

async function empty(container: ContainerClient, prefix = ''): Promise<void> {
  for await (const { name } of container.listBlobsFlat({ prefix })) await container.deleteBlob(name);
}

import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { paramId } from '../../../src/contracts/identities/param-id.js';
import { formatMessage } from '../../../src/contracts/message/format-message.js';
import { taskId } from '../../../src/contracts/task/task-id.js';
import { createJobRecords } from '../../../src/jobs/recording/create-job-records.js';
import type { RunRequest } from '../../../src/simulation/ports.js';
import type { Pretended } from './pretend-report.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

const bundleRef = `sha256:${'b'.repeat(64)}`;
const entrypoint = 'models.sir/baseline';
let stand: CliStand;

before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

test('a job that has not ended is pending, then running, and cannot be verified yet', async () => {
  await submit('growing', 'x=1,2,3');
  assert.equal((await json('status', 'growing')).state, 'pending');
  await workOff(stand, undefined, 2);
  const status = await json('status', 'growing');
  assert.deepEqual([status.state, status.ended, status.pending, status.tasks], ['running', 2, 1, 3]);
  const verified = await stand.cli('verify', 'growing');
  assert.equal(verified.exitCode, 1);
  assert.match(verified.stdout, /Not finished: 1 task has no outcome yet/);

  const late = await stand.cli('watch', 'growing', '--timeout', '1');
  assert.equal(late.exitCode, 1);
  assert.match(late.stderr, /The job growing has not ended within 1 s \(--timeout\)/);
  await workOff(stand);
  assert.equal((await json('status', 'growing')).state, 'succeeded');
  assert.equal((await stand.cli('verify', 'growing')).exitCode, 0);
});

test('watch stays until the end and exits with 0, or with 3 when tasks failed', async () => {
  await submit('watched', 'x=4,5');
  const watching = stand.start('watch', 'watched');
  await workOff(stand);
  const { exitCode, stdout, stderr } = await watching;
  assert.equal(exitCode, 0);
  assert.match(stderr, /^watched 2\/2/m);
  assert.match(stdout, /Job watched, run \S+: succeeded, 2 of 2 tasks ended\./);
  const stages = ['start', 'import', 'simulate', 'write', 'exit', 'upload'];
  const line = stages.map((stage) => `${stage} [\\d.]+ s \\(\\d+ %\\)`).join(', ');
  assert.match(
    stdout,
    new RegExp(`^Time in 2 tasks, .* in all: ${line}; in the queue they waited .* on average\\.$`, 'm'),
  );
  // As the pretended process tells them, in milliseconds for each task.
  const { seconds } = await json('status', 'watched');
  for (const [stage, expected] of Object.entries({ import: 3, simulate: 4, write: 5, exit: 6 }))
    assert.equal(Math.round(seconds[stage] * 1000), 2 * expected, stage);
  assert.ok(seconds.start > 0.006 && seconds.upload > 0 && seconds.wait > 0);
  assert.equal(seconds.tasks, 2);

  await submit('half', 'x=6,7');
  await workOff(stand, failWhen('7'));
  const half = await stand.cli('watch', 'half', '--json');
  assert.equal(half.exitCode, 3);
  assert.match(half.stderr, /^Next: mops-cold fetch half$/m);
  assert.match(half.stderr, /^1 task of job half failed, in 1 way:$/m);
  assert.deepEqual(JSON.parse(half.stdout).outcomes, { succeeded: 1, 'simulation-failed': 1 });
});

test('fetch makes a folder for each task and an index, and skips what is there', async () => {
  await submit('fetched', 'x=1.0,8,9', '--seeds', '18446744073709551615');
  await workOff(stand, (request) =>
    isX(request, '9')
      ? failed
      : { outputs: { answer: 'forty,two', 'result.json': 'not ours', 'a/../b': 'b' } },
  );
  const first = await jsonThatEnds(3, 'fetch', 'fetched', '--to', 'out');
  assert.deepEqual([first.succeeded, first.failed, first.pending], [2, 1, 0]);
  assert.deepEqual(first.artifacts, { fetched: 6, present: 0 });

  const folder = join(stand.folder, 'out', 'fetched');
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
  assert.equal(index.tasks.length, 3);
  for (const row of index.tasks) {
    const files = await readdir(join(folder, row.task_id));
    assert.ok(files.every((name) => !name.endsWith('.part')));
    assert.ok(files.includes('log.txt'));
    assert.ok(files.includes(row.outcome === 'succeeded' ? 'result.json' : 'outcome.json'));
    if (row.outcome !== 'succeeded') continue;
    assert.equal(await readFile(join(folder, row.artifacts.answer), 'utf8'), 'forty,two');
    assert.equal(await readFile(join(folder, row.artifacts['result.json']), 'utf8'), 'not ours');
    assert.equal(await readFile(join(folder, row.artifacts['a/../b']), 'utf8'), 'b');
  }
  for (const { artifacts, abfs } of index.tasks) {
    assert.deepEqual(Object.keys(abfs).sort(), Object.keys(artifacts).sort());
    for (const [name, place] of Object.entries<string>(abfs))
      assert.deepEqual(await stored(place), await readFile(join(folder, artifacts[name])), place);
  }
  const csv = await readFile(join(folder, 'index.csv'), 'utf8');
  const [{ abfs }] = index.tasks.filter(({ outcome }: { outcome: string }) => outcome === 'succeeded');
  assert.ok(csv.includes(`,${Object.values(abfs).join(';')}\r\n`), 'in the order of the files');
  assert.match(csv, /,18446744073709551615,1\.0,/);
  assert.match(csv, /,simulation-failed,nine is bad,/);

  const again = await jsonThatEnds(3, 'fetch', 'fetched', '--to', 'out');
  assert.deepEqual(again.artifacts, { fetched: 0, present: 6 });
});

test('a file that was damaged here is fetched again', async () => {
  const answer = await artifactOf('fetched');
  await writeFile(answer, 'forty-two');
  assert.deepEqual((await jsonThatEnds(3, 'fetch', 'fetched', '--to', 'out')).artifacts, {
    fetched: 1,
    present: 5,
  });
  assert.equal(await readFile(answer, 'utf8'), 'forty,two');
});

test('an artifact that is not what the result says is an error that names it, and no file', async () => {
  await submit('damaged', 'x=10,11');
  await workOff(stand, (request) => ({ outputs: { answer: `of ${request.attempt}` } }));
  const status = await json('status', 'damaged');
  assert.equal(status.succeeded, 2);
  let damaged = '';
  for await (const { name } of stand.storage.results.listBlobsFlat()) {
    const client = stand.storage.results.getBlockBlobClient(name);
    if (!name.endsWith('/answer') || damaged) continue;
    const text = (await client.downloadToBuffer()).toString('utf8');
    if (!text.startsWith('of ')) continue;
    damaged = text.replace('of ', 'OF ');
    await client.upload(damaged, damaged.length);
  }
  const { exitCode, stderr, stdout } = await stand.cli('fetch', 'damaged', '--json');
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /Cannot fetch the artifact "answer" of task [0-9a-f]{32}: its BLAKE2b-256 is [0-9a-f]{64}, and/,
  );
  const { folder, artifacts } = JSON.parse(stdout);
  assert.equal(artifacts.fetched, 1);
  const everything = await readdir(join(stand.folder, folder), { recursive: true });
  assert.equal(everything.filter((name) => name.endsWith('answer')).length, 1);
  assert.equal(everything.filter((name) => name.endsWith('result.json')).length, 1);
  assert.ok(everything.every((name) => !name.endsWith('.part')));
});

test('verify exits with 4 and names the tasks that shared a process', async () => {
  await submit('leaky', 'x=20,21,22');
  const shared = { pid: 77, start_time: '77', boot_id: 'boot', pid_namespace: '1' };
  let ordinal = 0;
  await workOff(stand, (request) => ({
    attestation: {
      executor: request.executor,
      start_method: 'spawn',
      told: shared,
      seen: shared,
      nonce: '7'.repeat(32),
      ordinal: ++ordinal,
      python: '3.11.7',
    },
  }));
  const { exitCode, stdout } = await stand.cli('verify', 'leaky');
  assert.equal(exitCode, 4);
  assert.match(stdout, /NOT isolated/);
  assert.match(stdout, /3 executions were in one process, process 77 /);
  const document = JSON.parse((await stand.cli('verify', 'leaky', '--json')).stdout);
  assert.equal(document.verified, false);
  assert.deepEqual(
    document.leaks.map(({ why }: { why: string }) => why),
    ['process-shared', 'not-the-first-task', 'not-the-first-task'],
  );
});

test('results of an earlier run are verified as such, and a failure without a process is listed', async () => {
  await submit('cached', 'x=30,31');
  await workOff(stand, (request) =>
    isX(request, '31') ? { ...failed, attestation: undefined as never } : {},
  );
  await submit('cached', 'x=30,31');
  await workOff(stand, (request) =>
    isX(request, '31') ? { ...failed, attestation: undefined as never } : {},
  );
  const status = await json('status', 'cached');
  assert.deepEqual([status.cached, status.succeeded, status.failed], [1, 1, 1]);
  assert.equal(status.seconds.tasks, 1, 'what was there already took no time');
  const verified = await stand.cli('verify', 'cached', '--json');
  assert.equal(verified.exitCode, 0, verified.stdout);
  const document = JSON.parse(verified.stdout);
  assert.deepEqual([document.cached, document.processes, document.failed_without_process.length], [1, 1, 1]);
});

test('a job of which nothing ran in a process cannot be verified', async () => {
  await submit('nowhere', 'x=35,36');
  await workOff(stand, () => ({ ...failed, attestation: undefined as never }));
  const { exitCode, stdout } = await stand.cli('verify', 'nowhere');
  assert.equal(exitCode, 1);
  assert.match(stdout, /^Cannot verify job nowhere, run \S+: 2 of its tasks have ended, and none of them/);
  assert.doesNotMatch(stdout, /fresh/);
  const document = JSON.parse((await stand.cli('verify', 'nowhere', '--json')).stdout);
  assert.deepEqual([document.verified, document.attested, document.leaks], [false, 0, []]);
});

test('a task that was pushed without a job is counted under direct, and fetched by its id', async () => {
  const values = { s: 'direct' };
  const task = { bundle_ref: bundleRef, entrypoint, params: { param_id: paramId(values), values }, seed: 5n };
  const { messageId } = await stand.storage.queue.sendMessage(formatMessage(task));
  await workOff(stand);
  assert.deepEqual(
    [(await json('status', 'direct')).ended, (await json('status', 'direct', '--run', messageId)).ended],
    [1, 1],
  );
  const id = taskId(task);
  const fetched = await json('fetch', '--task', id);
  const places = Object.values(fetched.abfs as Record<string, string>);
  assert.ok(places.length > 0);
  for (const place of places) assert.ok((await stored(place)).length > 0, place);
  assert.deepEqual([fetched.outcome, fetched.run], ['succeeded', messageId]);
  assert.ok((await stat(join(stand.folder, 'results', 'direct', id, 'answer'))).size > 0);

  // Without its outcome, as when the jobs' records were removed, the result itself is found.
  for await (const { name } of stand.storage.jobs.listBlobsFlat({ prefix: 'jobs/direct/' })) {
    if (name.includes('/outcomes/')) await stand.storage.jobs.deleteBlob(name);
  }
  assert.equal((await json('fetch', '--task', id, '--to', 'elsewhere')).outcome, 'succeeded');
  const unknown = await stand.cli('fetch', '--task', '0'.repeat(32));
  assert.equal(unknown.exitCode, 1);
  assert.match(
    unknown.stderr,
    /Cannot fetch the task 0+: there is no outcome of it in the job direct, and no result/,
  );
});

test('status, verify and fetch count a task once that was pushed several times, as it ended best', async () => {
  const push = (s: string) => {
    const params = { param_id: paramId({ s }), values: { s } };
    const task = { bundle_ref: bundleRef, entrypoint, params, seed: 5n, job_id: 'pushed' };
    return stand.storage.queue.sendMessage(formatMessage(task));
  };
  const pushes = ['once', 'mended', 'mended', 'mended', 'broken', 'broken'];
  const outcomes = [{}, failed, {}, failed, { ...failed, attestation: undefined as never }];
  for (const s of pushes) await push(s);
  await workOff(stand, () => outcomes.shift() ?? {});

  const [status, verified] = [await json('status', 'pushed'), await json('verify', 'pushed')];
  const fetched = await jsonThatEnds(3, 'fetch', 'pushed');
  assert.deepEqual([status.ended, verified.tasks, fetched.tasks], [3, 3, 3]);
  assert.deepEqual([status.repeated, verified.repeated], [3, 3]);
  assert.deepEqual([status.succeeded, fetched.succeeded], [2, 2]);
  assert.deepEqual([status.failed, fetched.failed], [1, 1]);
  assert.match(
    (await stand.cli('status', 'pushed')).stdout,
    /^3 more outcomes are of tasks that ended several/m,
  );
  assert.match((await stand.cli('verify', 'pushed')).stdout, /3 more outcomes .* were checked too\.$/m);
});

test('status says how many tasks wait for an environment, until they have it or an outcome', async () => {
  await submit('waiting', 'x=70,71,72');
  const { run } = await json('status', 'waiting');
  const records = createJobRecords(stand.storage.jobs);
  const build = (task: string, attempt: string, state: 'building' | 'built') =>
    records.recordBuild({ jobId: 'waiting', run }, task.repeat(32), attempt, state);
  await build('a', 'attempt-a', 'building');
  await build('b', 'attempt-b', 'building');
  assert.match(
    (await stand.cli('status', 'waiting')).stdout,
    /^ +3 {2}pending \(building the environment that 2 tasks wait for\)$/m,
  );
  assert.deepEqual(
    [(await json('status', 'waiting')).state, (await json('status', 'waiting')).building],
    ['running', 2],
  );
  await build('a', 'attempt-a', 'built');
  await records.recordInterruption({ jobId: 'waiting', run }, 'b'.repeat(32), 'attempt-b', 'stopped');
  const { building, interruptions } = await json('status', 'waiting');
  assert.deepEqual([building, interruptions], [0, 1]);
  await workOff(stand);
});

test('interruptions, refused messages and a filled poison queue are shown', async () => {
  await submit('troubled', 'x=40');
  const { run } = await json('status', 'troubled');
  const records = createJobRecords(stand.storage.jobs);
  await records.recordInterruption(
    { jobId: 'troubled', run },
    'a'.repeat(32),
    'attempt',
    'the worker was stopped',
  );
  const { messageId } = await stand.storage.queue.sendMessage('this is no task');
  await workOff(stand);
  await records.refuse({
    messageId: 'given-up',
    why: 'poison',
    reason: 'All deliveries are used up.',
    field: '',
    body: Buffer.from('{}'),
    receivedAt: new Date(),
    insertedAt: new Date(),
    dequeueCount: 5,
  });
  await stand.storage.poisonQueue.createIfNotExists();
  await stand.storage.poisonQueue.sendMessage('x');
  const { stdout } = await stand.cli('status', 'troubled');
  assert.match(stdout, /1 attempt ended with the worker/);
  assert.match(stdout, /1 message of whatever job was refused as invalid since the run began/);
  assert.match(stdout, /1 message in the poison queue is not recorded/);
  assert.match(stdout, /^ {2}refused\/[\d-]{10}\/given-up\.json: All deliveries are used up\.$/m);
  assert.match(stdout, new RegExp(`^ {2}refused/[\\d-]{10}/${messageId}\\.json: \\S.*JSON`, 'm'));
  const { refused, refused_messages: listed } = await json('status', 'troubled');
  assert.equal(listed.length, refused.invalid + refused.poison);
  assert.deepEqual(listed.map(({ why }: { why: string }) => why).sort(), ['invalid', 'poison']);
});

test('refused messages are listed, the newest first, and one is shown whole', async () => {
  const { refused, total } = await json('refused', 'list');
  assert.equal(refused.length, total);
  const { message_id: id, blob } = refused.find(({ why }: { why: string }) => why === 'invalid');
  const one = await json('refused', 'show', id.slice(0, 13));
  assert.deepEqual([one.message_id, one.body, one.blob], [id, 'this is no task', blob]);
  assert.match(
    (await stand.cli('refused', 'list', '--most', '1')).stdout,
    /^1 older one: --most lists more\.$/m,
  );
  const { stdout } = await stand.cli('refused', 'show', 'given-up');
  assert.match(stdout, /^Message given-up: all its deliveries were used up$/m);
  assert.match(stdout, /^Its body:\n\{\}$/m);
  const none = await stand.cli('refused', 'show', 'nobody', '--json');
  assert.equal(none.exitCode, 1);
  assert.match(JSON.parse(none.stdout).error.message, /Cannot find the refused message nobody/);
});

test('watch names messages while they are refused, fetch where tasks lack an outcome, and both what lists the others', async () => {
  const others = await stand.storage.queue.receiveMessages({ numberOfMessages: 32 });
  assert.equal(others.receivedMessageItems.length, 0, 'nothing waits of another test');
  for (let n = 0; n < 5; n++) await stand.storage.queue.sendMessage(`this is no task ${n}`);
  await submit('beside', 'x=60');
  const watching = stand.start('watch', 'beside', '--json');
  const names: string[] = [];
  const threeNamed = new Promise<void>((resolve) => {
    watching.stderr?.on('data', (text) => {
      names.push(...(String(text).match(/^refused\/\S+\.json: \S.*JSON/gm) ?? []));
      if (names.length === 3) resolve();
    });
  });
  await workOff(stand, undefined, 5);
  await threeNamed;
  const fetched = await stand.cli('fetch', 'beside');
  const said = [
    'Note: messages of whatever job were refused or given up:',
    ...Array(3).fill('  refused/\\S+\\.json: .*'),
    '  and \\d+ older ones, which `mops-cold status beside` lists',
  ];
  assert.match(fetched.stderr, new RegExp(`^${said.join('\n')}$`, 'm'));

  await workOff(stand);
  const { stdout, stderr } = await watching;
  assert.equal(JSON.parse(stdout).refused_messages.length, 3);
  assert.match(stderr, new RegExp(`^${said.slice(1).join('\n')}$`, 'm'));
  assert.doesNotMatch((await stand.cli('fetch', 'beside')).stderr, /refused/, 'every task has its outcome');
});

test('an unknown job and an unknown run are errors in a sentence', async () => {
  const job = await stand.cli('status', 'unknown');
  assert.deepEqual([job.exitCode, job.stdout], [1, '']);
  assert.match(job.stderr, /^Cannot find the job unknown: /);
  const run = await stand.cli('fetch', 'growing', '--run', 'other');
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^Cannot find the run other of job growing: its runs are /);
});

for (const verb of ['watch', 'submit'])
  test(`Ctrl-C ends the watching of ${verb} with 130, and says that the job goes on`, async () => {
    const jobId = `endless-${verb}`;
    if (verb === 'watch') await submit(jobId, 'x=50');
    const task = ['--entrypoint', entrypoint, '--bundle', bundleRef, '--no-preflight', '--watch'];
    const watching =
      verb === 'watch'
        ? stand.start('watch', jobId, '--json')
        : stand.start('submit', '--job-id', jobId, '--grid', 'x=50', ...task, '--json');
    await new Promise<void>((resolve) => {
      watching.stderr?.on('data', (text) => String(text).includes(`${jobId} 0/1`) && resolve());
    });
    watching.kill('SIGINT');
    const { exitCode, stderr, stdout } = await watching;
    assert.equal(exitCode, 130);
    const said = `The job ${jobId} goes on without you: \`mops-cold watch ${jobId}\` shows it again.`;
    assert.ok(stderr.includes(`Interrupted. ${said}`), stderr);
    assert.equal(JSON.parse(stdout).error.exit_code, 130);
  });

const failed: Pretended = {
  outcome: 'simulation-failed',
  reason: 'nine is bad',
  error: { errorType: 'ValueError', message: 'nine is bad', traceback: 'Traceback …' },
};

function isX({ task }: RunRequest, text: string): boolean {
  return String(task.params.values.x) === text;
}

function failWhen(text: string) {
  return (request: RunRequest): Pretended => (isX(request, text) ? failed : {});
}

async function submit(jobId: string, axis: string, ...more: string[]): Promise<void> {
  // What is tested here is what comes after: the worker is pretended, and the bundle is nowhere.
  const grid = ['--entrypoint', entrypoint, '--bundle', bundleRef, '--grid', axis, '--no-preflight'];
  const { exitCode, stderr } = await stand.cli('submit', ...grid, '--job-id', jobId, ...more);
  assert.equal(exitCode, 0, stderr);
}

// biome-ignore lint/suspicious/noExplicitAny: documents of several commands, looked at field by field
async function json(...args: string[]): Promise<any> {
  return jsonThatEnds(0, ...args);
}

// biome-ignore lint/suspicious/noExplicitAny: documents of several commands, looked at field by field
async function jsonThatEnds(expected: number, ...args: string[]): Promise<any> {
  const { exitCode, stdout, stderr } = await stand.cli(...args, '--json');
  assert.equal(exitCode, expected, stderr);
  return JSON.parse(stdout);
}

/** What lies at an `abfs://` reference. */
async function stored(place: string): Promise<Buffer> {
  const [, container = '', blob = ''] = /^abfs:\/\/([^/]+)\/(.+)$/.exec(place) ?? [];
  return stand.storage.blobs.getContainerClient(container).getBlobClient(blob).downloadToBuffer();
}

async function artifactOf(jobId: string): Promise<string> {
  const folder = join(stand.folder, 'out', jobId);
  const { tasks } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
  const row = tasks.find(({ outcome }: { outcome: string }) => outcome === 'succeeded');
  return join(folder, row.artifacts.answer);
}

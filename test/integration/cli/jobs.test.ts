import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { after, before, test } from 'node:test';
import { awaitTask } from '../../../src/jobs/reading/await-task.js';
import { findJob } from '../../../src/jobs/reading/find-job.js';
import { followFailures } from '../../../src/jobs/reading/follow-failures.js';
import { deleteJob } from '../../../src/jobs/removal/delete-job.js';
import type { RunRequest } from '../../../src/simulation/ports.js';
import type { Pretended } from './pretend-report.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

const bundleRef = `sha256:${'b'.repeat(64)}`;
let stand: CliStand;

before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

test('before a job has been submitted the list of jobs is empty, and there is no last one', async () => {
  assert.match((await stand.cli('jobs')).stdout, /^No job has been submitted yet\.$/m);
  const { exitCode, stderr } = await stand.cli('status', 'last');
  assert.equal(exitCode, 1);
  assert.match(stderr, /Cannot find the last job: none has been submitted/);
});

test('jobs are listed with how far they are, the last one first, and a job is named by the start of its id or as last', async () => {
  await submit('alpha-one', 'x=1,2,3');
  await workOff(stand, failWhen('2'));
  await submit('alpha-two', 'x=1,2');
  const { jobs, total } = await json(0, 'jobs');
  assert.equal(total, 2);
  assert.deepEqual(
    jobs.map(({ job_id, state, ended, tasks, failed, submitted_by }: Record<string, unknown>) => [
      job_id,
      state,
      ended,
      tasks,
      failed,
      submitted_by,
    ]),
    [
      ['alpha-two', 'pending', 0, 2, 0, userInfo().username],
      ['alpha-one', 'partial', 3, 3, 1, userInfo().username],
    ],
  );
  const table = (await stand.cli('jobs', '--most', '1')).stdout;
  assert.match(table, /alpha-two +pending +0 +2 +0 /);
  assert.match(table, /^1 more job: --all lists them\.$/m);
  assert.equal((await json(0, 'jobs', '--most', '1')).jobs.length, 1);
  assert.equal((await json(0, 'jobs', '--most', '1', '--all')).jobs.length, 2);

  assert.equal((await json(0, 'status', 'alpha-o')).job_id, 'alpha-one');
  assert.equal((await json(0, 'status', 'last')).job_id, 'alpha-two');
  const two = await stand.cli('status', 'alpha');
  assert.equal(two.exitCode, 1);
  assert.match(
    two.stderr,
    /Cannot tell which job "alpha" means: 2 begin with it \(alpha-one, alpha-two\)\. Give more of its name\./,
  );
  await workOff(stand);
});

test('errors groups failures by error and place, and names what they have in common', async () => {
  await submit('wrong', 'x=1,2,3&y=1,2', '--seeds', '5,6');
  const exit = await stand.cli('errors', 'wrong');
  assert.deepEqual([exit.exitCode, exit.stdout], [0, 'No task of job wrong has failed.']);
  await workOff(stand, ({ task }) => {
    const { x, y } = task.params.values;
    if (String(x) === '3') return raised('ValueError', `rate ${y}.${task.seed} is above 1`, 'model.py', 31);
    return task.seed === 6n && String(x) === '1'
      ? { outcome: 'timed-out', reason: 'The simulation was ended after 5 s.' }
      : {};
  });
  const { failed, read, groups } = await json(3, 'errors', 'wrong');
  assert.deepEqual([failed, read], [6, 6]);
  const [first, second] = groups;
  assert.deepEqual(
    [first.outcome, first.error_type, first.place, first.tasks, first.reasons, first.common],
    ['simulation-failed', 'ValueError', 'model.py, line 31 (step)', 4, 1, { x: 3 }],
  );
  assert.deepEqual(
    [second.outcome, second.tasks, second.place, second.common],
    ['timed-out', 2, '', { x: 1, seed: '6' }],
  );
  const { stdout } = await stand.cli('errors', 'wrong');
  assert.match(stdout, /^6 tasks of job wrong failed, in 2 ways:$/m);
  assert.match(stdout, /^ +4 {2}simulation-failed, ValueError in model\.py, line 31 \(step\)$/m);
  assert.match(stdout, /^ +All have x=3$/m);
  const [, command = ''] = /One of them: mops-cold (logs wrong [0-9a-f]{12})$/m.exec(stdout) ?? [];
  const log = await stand.cli(...command.split(' '));
  assert.equal(log.exitCode, 0, log.stderr);
  assert.match(log.stdout, /^log of .*\nTraceback[\s\S]*ValueError: rate \d\.\d is above 1$/m);
});

test('logs shows the log of a task that is named by its parameters, or of one for each way of failing', async () => {
  const one = await stand.cli('logs', 'wrong', 'x=3.0', 'y=1', 'seed=5');
  assert.equal(one.exitCode, 0, one.stderr);
  assert.match(one.stdout, /ValueError: rate 1\.5 is above 1/);
  const each = await stand.cli('logs', 'wrong', '--failed', '--one-of-each');
  assert.equal(each.exitCode, 3);
  assert.equal(
    each.stdout.match(/^── [0-9a-f]{12} (simulation-failed|timed-out): x=\d y=\d seed=\d$/gm)?.length,
    2,
  );
  assert.equal((await stand.cli('logs', 'wrong', '--failed')).stdout.match(/^── /gm)?.length, 6);

  const wrong: [string[], number, RegExp][] = [
    [
      ['x=1', 'y=1'],
      1,
      /Cannot tell which task "x=1 y=1" means: 2 of the job wrong are such \([0-9a-f]{32}, [0-9a-f]{32}\)/,
    ],
    [['x=9'], 1, /Cannot find the task "x=9": the job wrong has none that is such/],
    [
      ['xyz'],
      2,
      /Cannot look for the task "xyz": "xyz" must be NAME=VALUE of a parameter or of seed, or the start of a task's id/,
    ],
    [[], 2, /Cannot show logs: name a task/],
    [['x=1', '--failed'], 2, /Cannot show logs: name a task/],
    [['x=1', '--one-of-each'], 2, /--one-of-each goes with --failed/],
  ];
  for (const [words, exitCode, said] of wrong) {
    const { exitCode: found, stderr } = await stand.cli('logs', 'wrong', ...words);
    assert.equal(found, exitCode, stderr);
    assert.match(stderr, said);
  }
});

test('show tells all that is known of a task, ended or not, in all its runs', async () => {
  const { task_id: taskId } = await json(0, 'show', 'wrong', 'x=3', 'y=1', 'seed=5');
  const { stdout } = await stand.cli('show', 'wrong', taskId.slice(0, 10));
  for (const said of [
    `Task ${taskId} of job wrong: simulation-failed`,
    '  x=3 y=1 seed=5',
    `  models.sir/baseline of ${bundleRef}`,
    '  the simulation failed with ValueError',
    'Traceback (most recent call last):',
    `Its log: mops-cold logs wrong ${taskId}`,
  ])
    assert.ok(stdout.includes(said), `${said}\n${stdout}`);
  assert.match(stdout, /^ {2}process \d+ \(cold\), started at tick \d+ of boot boot: its first task$/m);
  assert.match(stdout, /^ {2}time: wait .*, import 0\.0 s, /m);

  await submit('wrong', 'x=1,2,3&y=1,2', '--seeds', '5,6'); // again: another run
  assert.match((await stand.cli('show', 'wrong', taskId)).stdout, /: simulation-failed$/m);
  await workOff(stand);
  const again = await stand.cli('show', 'wrong', taskId);
  assert.match(again.stdout, /^Task \S+ of job wrong: succeeded$/m);
  assert.match(
    again.stdout,
    /^It also ended as simulation-failed in run \S+, attempt \S+, \S+: the simulation failed/m,
  );
  assert.equal((await json(0, 'show', 'wrong', taskId)).outcomes.length, 2);

  await submit('waiting', 'x=77');
  const { stdout: waiting } = await stand.cli('show', 'waiting', 'x=77');
  assert.match(waiting, /^Task \S+ of job waiting: not ended yet$/m);
  const log = await stand.cli('logs', 'waiting', 'x=77');
  assert.equal(log.exitCode, 1);
  assert.match(log.stderr, /Cannot show the log of task \S+: it has not ended/);
  await workOff(stand);
});

test('logs --follow waits for a task, its retry too, and shows failures as they come', async () => {
  const { signal } = new AbortController();
  await submit('followed', 'x=61,62,63', '--seeds', '5');
  const found = () => findJob(stand.storage, 'followed', undefined, signal);
  const idOf = async (x: number) => (await json(0, 'show', 'followed', `x=${x}`, 'seed=5')).task_id as string;
  /** Its messages are worked off once somebody waits. */
  const awaited = async (pretend: Parameters<typeof workOff>[1]) => {
    const task = { taskId: await idOf(61), run: undefined };
    let works: Promise<unknown> | undefined;
    const record = await awaitTask(stand.storage, await found(), task, signal, () => {
      works ??= workOff(stand, pretend);
    });
    assert.ok(works, 'it had not ended');
    await works;
    return record.outcome;
  };
  assert.equal(await awaited(failWhen('61')), 'simulation-failed');

  const followed: [string, boolean][] = [];
  await followFailures(stand.storage, await found(), signal, async ({ params }, isNewKind) => {
    followed.push([String(params.x), isNewKind]);
  });
  assert.deepEqual(followed, [['61', true]]);
  const both = await stand.cli('logs', 'followed', '--failed', '--follow');
  assert.equal(both.exitCode, 3, both.stderr);
  assert.match(both.stdout, /^── [0-9a-f]{12} simulation-failed: x=61 seed=5$/m);
  const none = await stand.cli('logs', 'followed', 'x=62', '--follow');
  assert.equal(none.exitCode, 0, none.stderr);
  assert.match(none.stdout, /^log of /m);

  await json(0, 'retry', 'followed');
  assert.equal(await awaited(() => ({})), 'succeeded', 'of the retry, though it has an outcome already');

  await submit('followed-out', 'x=64', '--seeds', '5');
  await json(0, 'cancel', 'followed-out');
  const stopping = new AbortController();
  const waiting = awaitTask(
    stand.storage,
    await findJob(stand.storage, 'followed-out', undefined, signal),
    { taskId: (await json(0, 'show', 'followed-out', 'x=64')).task_id, run: undefined },
    stopping.signal,
    () => stopping.abort(new Error('enough')),
  );
  await assert.rejects(waiting, (error: Error) => error.name === 'AbortError' || error.message === 'enough');
  await workOff(stand);
});

test('retry runs again what failed, and the job is as far as its tasks are', async () => {
  await submit('again', 'x=1,2,3,4', '--seeds', '5,6');
  await workOff(stand, ({ task }) => {
    const x = String(task.params.values.x);
    if (x === '1') return { outcome: 'crashed', reason: 'it crashed' };
    return x === '2' ? raised('ValueError', 'bad', 'wire.py', 2) : {};
  });
  assert.equal((await json(0, 'status', 'again')).failed, 4);

  const crashed = await json(0, 'retry', 'again', '--outcome', 'crashed', '--where', 'seed=5');
  assert.deepEqual([crashed.tasks, crashed.sent], [1, 1]);
  const during = await json(0, 'status', 'again');
  assert.deepEqual(
    [during.run, during.state, during.ended, during.pending, during.failed, during.tasks],
    [null, 'running', 7, 1, 3, 8],
  );
  // A second one while the first is under way has nothing of it.
  const others = await json(0, 'retry', 'again');
  assert.deepEqual([others.tasks, others.sent], [3, 3]);
  assert.deepEqual(await json(0, 'retry', 'again'), {
    ...{ job_id: 'again', run: null, tasks: 0, sent: 0, sent_by: 'client' },
  });
  assert.equal((await json(0, 'status', 'again')).pending, 4);
  assert.equal((await json(1, 'verify', 'again')).unfinished, 4);
  assert.equal(await workOff(stand, failWhen('1')), 4);
  const after = await json(0, 'status', 'again');
  assert.deepEqual([after.state, after.ended, after.succeeded, after.failed], ['partial', 8, 6, 2]);
  assert.equal((await json(3, 'errors', 'again')).failed, 2);
  const run = await json(0, 'status', 'again', '--run', others.run);
  assert.deepEqual([run.tasks, run.ended, run.state], [3, 3, 'partial']);

  // What succeeded runs again only when no stored result shall answer it.
  assert.match(
    (await stand.cli('retry', 'again', '--where', 'x=4')).stdout,
    /^Nothing to retry: no task of job again is such\./m,
  );
  // A value may have a comma.
  assert.equal((await json(0, 'retry', 'again', '--where', 'x=4,seed=5', '--no-cache')).tasks, 0);
  const uncached = stand.start('retry', 'again', '--where', 'x=4', '--no-cache', '--watch', '--json');
  while ((await workOff(stand)) === 0 && uncached.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 50));
  while (uncached.exitCode === null) {
    await workOff(stand);
    await Promise.race([uncached, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  assert.equal(JSON.parse((await uncached).stdout).tasks, 2);
  const left = await json(
    0,
    'retry',
    'again',
    '--tasks',
    (await json(0, 'show', 'again', 'x=1', 'seed=5')).task_id,
  );
  assert.equal(left.tasks, 1);
  await workOff(stand);
  assert.equal((await json(0, 'status', 'again')).failed, 1);

  const wrong: [string[], number, RegExp][] = [
    [
      ['--outcome', 'crash'],
      2,
      /Cannot retry tasks with the outcome "crash": it must be one of succeeded, simulation-failed/,
    ],
    [['--where', 'x'], 2, /Cannot retry tasks --where: "x" must be NAME=VALUE/],
    [['--tasks', 'x=1'], 2, /--tasks takes the starts of ids/],
  ];
  for (const [words, exitCode, said] of wrong) {
    const { exitCode: found, stderr } = await stand.cli('retry', 'again', ...words);
    assert.equal(found, exitCode, stderr);
    assert.match(stderr, said);
  }
});

test('a retry that was interrupted goes on with its rest', async () => {
  await submit('halted', 'x=91,92,93');
  await workOff(stand, () => raised('ValueError', 'bad', 'wire.py', 2));
  const { run } = await json(0, 'retry', 'halted');
  await stand.storage.queue.clearMessages(); // as if none had been sent
  const again = await json(0, 'retry', 'halted', '--run', run);
  assert.deepEqual([again.run, again.sent], [run, 3]);
  await workOff(stand);
  assert.deepEqual((await json(0, 'status', 'halted')).state, 'succeeded');
  // The same command of the whole job is another run, of all its tasks.
  await submit('halted', 'x=91,92,93');
  assert.deepEqual((await json(0, 'status', 'halted')).state, 'pending');
  await workOff(stand);
});

test('cancel keeps from starting what waits, all of it or some, and says when there is nothing', async () => {
  await submit('unwanted', 'x=21,22,23', '--seeds', '5,6');
  assert.equal((await json(0, 'cancel', 'unwanted', '--where', 'x=21')).tasks, 2);
  const { task_id: taskId } = await json(0, 'show', 'unwanted', 'x=22', 'seed=5');
  assert.equal((await json(0, 'cancel', 'unwanted', '--tasks', taskId)).tasks, 1);
  await workOff(stand);
  const { outcomes, state } = await json(0, 'status', 'unwanted');
  assert.deepEqual([outcomes, state], [{ succeeded: 3, cancelled: 3 }, 'partial']);
  assert.match((await stand.cli('errors', 'unwanted')).stdout, /^ +The task was cancelled by .* at \S+Z\.$/m);
  assert.match(
    (await stand.cli('cancel', 'unwanted')).stdout,
    /^Nothing to cancel: of job unwanted every task that is meant has ended\.$/m,
  );
  assert.equal((await json(0, 'retry', 'unwanted', '--outcome', 'cancelled')).tasks, 3);
  await workOff(stand);
  assert.equal((await json(0, 'status', 'unwanted')).state, 'succeeded');

  const direct = await stand.cli('cancel', 'direct');
  assert.equal(direct.exitCode, 1);
  assert.match(direct.stderr, /Cannot cancel the job direct: its tasks were pushed one by one/);
  const wrong = await stand.cli('cancel', 'unwanted', '--tasks', 'x=1');
  assert.equal(wrong.exitCode, 2);
  assert.match(wrong.stderr, /Cannot cancel the task "x=1": --tasks takes the starts of ids/);
});

test('a job that runs as a whole again is cancelled and retried as status shows it, whatever its first run made', async () => {
  await submit('twice', 'x=41,42,43');
  await workOff(stand);
  await submit('twice', 'x=41,42,43', '--no-cache');
  await workOff(stand, failWhen('41'), 1);
  assert.equal((await json(0, 'cancel', 'twice')).tasks, 2);
  await workOff(stand);
  const { outcomes, reasons } = await json(0, 'status', 'twice');
  assert.deepEqual(outcomes, { 'simulation-failed': 1, cancelled: 2 });
  assert.deepEqual(
    reasons.map(({ reason, tasks }: { reason: string; tasks: number }) => [reason.slice(0, 22), tasks]),
    [
      ['The task was cancelled', 2],
      ['the simulation failed ', 1],
    ],
  );
  assert.equal((await json(0, 'retry', 'twice')).tasks, 3);
  await workOff(stand);
  assert.equal((await json(0, 'status', 'twice')).state, 'succeeded');
});

async function blobsOf(jobId: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of stand.storage.jobs.listBlobsFlat()) names.push(name);
  return names.filter((name) => name.split('/')[1] === jobId);
}

test('delete refuses while tasks wait, and leaves nothing of a job but its results', async () => {
  await submit('gone', 'x=31,32', '--seeds', '5,6');
  const waits = await stand.cli('delete', 'gone', '--yes');
  assert.equal(waits.exitCode, 1);
  assert.match(
    waits.stderr,
    /Cannot delete the job gone: 4 of its 4 tasks have not ended\. Cancel them first/,
  );
  await workOff(stand, failWhen('31'));
  const asks = await stand.cli('delete', 'gone');
  assert.equal(asks.exitCode, 2);
  assert.match(
    asks.stderr,
    /Kept: results, .*\nCannot ask whether to delete: this is no terminal\. Give --yes\./,
  );
  const blobs = await blobsOf('gone');
  const said = await json(0, 'delete', 'gone', '--yes');
  assert.deepEqual(said, { job_id: 'gone', deleted: blobs.length, cancellations_kept: false });
  assert.deepEqual(await blobsOf('gone'), []);
  assert.match((await stand.cli('status', 'gone')).stderr, /Cannot find the job gone/);

  await submit('gone', 'x=31,32', '--seeds', '5,6');
  await workOff(stand);
  const { cached, succeeded } = await json(0, 'status', 'gone');
  assert.deepEqual([succeeded, cached], [4, 2], 'two of them had a result');
});

test('a cancelled job can be deleted while its messages wait, and does not run for that', async () => {
  await submit('dropped', 'x=33,34');
  await json(0, 'cancel', 'dropped');
  const deleted = await stand.cli('delete', 'dropped', '--yes');
  assert.equal(deleted.exitCode, 0, deleted.stderr);
  assert.match(
    deleted.stderr,
    /Note: 2 cancelled tasks wait in the queue, and what was cancelled of the job is kept/,
  );
  await workOff(stand, () => assert.fail('nothing of it may run'));
  assert.deepEqual((await json(0, 'status', 'dropped')).outcomes, { cancelled: 2 });
  assert.equal((await json(0, 'delete', 'dropped', '--yes')).cancellations_kept, false);
  assert.deepEqual(await blobsOf('dropped'), []);
});

test('a deletion that was interrupted goes on, and the job of others can be deleted too', async () => {
  await submit('broken-off', 'x=35,36,37', '--seeds', '5,6');
  await workOff(stand);
  const interrupting = new AbortController();
  const deletion = { jobId: 'broken-off', tasks: 6, waiting: 0 };
  await assert.rejects(
    deleteJob(stand.storage, deletion, interrupting.signal, () => interrupting.abort()),
    /Of the job broken-off \d+ blobs are deleted, .*The same command deletes the rest\./,
  );
  assert.notDeepEqual(await blobsOf('broken-off'), []);
  // As an app leaves them that was stopped while it sent messages, and somebody who was while he followed a task.
  const beside = [
    'expansions/broken-off/first.json',
    'unsure/broken-off/first/0.json',
    'following/broken-off/first/a/b',
  ].map((name) => stand.storage.jobs.getBlockBlobClient(name));
  for (const blob of beside) await blob.upload('{}', 2);
  assert.equal((await stand.cli('delete', 'broken-off', '--yes')).exitCode, 0);
  assert.deepEqual(await blobsOf('broken-off'), []);
  for (const blob of beside) assert.equal(await blob.exists(), false);

  const task = { bundle_ref: bundleRef, entrypoint: 'a.b/c', params: { values: { x: 1 } }, seed: 1 };
  await stand.storage.queue.sendMessage(JSON.stringify(task));
  await workOff(stand);
  assert.notDeepEqual(await blobsOf('direct'), []);
  assert.equal((await stand.cli('delete', 'direct', '--yes')).exitCode, 0);
  assert.deepEqual(await blobsOf('direct'), []);
});

function raised(type: string, message: string, file: string, line: number): Pretended {
  // As tasks find their bundle where they have folders of their own, and where all have the same.
  const folder = message.endsWith('5 is above 1') ? 'w/abcdef/ghijklmnopqrs' : 't';
  const path = `/tmp/scratch/${folder}/bundle/${file}`;
  return {
    outcome: 'simulation-failed',
    reason: `the simulation failed with ${type}: ${message}`,
    error: {
      errorType: type,
      message,
      traceback: `Traceback (most recent call last):\n  File "${path}", line ${line}, in step\n    grow()\n  File "/usr/lib/python3/random.py", line 7, in draw\n${type}: ${message}\n`,
    },
  };
}

function failWhen(text: string) {
  return ({ task }: RunRequest): Pretended =>
    String(task.params.values.x) === text ? raised('ValueError', 'bad', 'wire.py', 2) : {};
}

async function submit(jobId: string, axes: string, ...more: string[]): Promise<void> {
  // What is tested here is what comes after: the worker is pretended, and the bundle is nowhere.
  const grid = axes.split('&').flatMap((axis) => ['--grid', axis]);
  const what = ['--entrypoint', 'models.sir/baseline', '--bundle', bundleRef, ...grid, '--no-preflight'];
  const { exitCode, stderr } = await stand.cli('submit', ...what, '--job-id', jobId, ...more);
  assert.equal(exitCode, 0, stderr);
}

// biome-ignore lint/suspicious/noExplicitAny: documents of several commands, looked at field by field
async function json(expected: number, ...args: string[]): Promise<any> {
  const { exitCode, stdout, stderr } = await stand.cli(...args, '--json');
  assert.equal(exitCode, expected, stderr);
  return JSON.parse(stdout);
}

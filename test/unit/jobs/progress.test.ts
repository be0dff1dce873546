import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunCounts, RunningTask, RunProgress } from '../../../src/contracts/job/run-progress.js';
import { RunProgress as Progress } from '../../../src/contracts/job/run-progress.js';
import { parseDocument } from '../../../src/contracts/json/parse-document.js';
import { addCounts } from '../../../src/jobs/add-counts.js';
import { noCounts } from '../../../src/jobs/no-counts.js';
import { isMoving } from '../../../src/jobs/reading/is-moving.js';
import { type Look, pauseBeforeLooking } from '../../../src/jobs/reading/pause-before-looking.js';
import { whatRuns } from '../../../src/jobs/reading/what-runs.js';
import { type RunFacts, whyNoProgress } from '../../../src/jobs/reading/why-no-progress.js';
import { formatProgress } from '../../../src/jobs/recording/format-progress.js';

const now = new Date('2026-01-01T12:00:00.000Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

function told(secondsAgo: number, running: RunningTask[] = []) {
  const progress: RunProgress = {
    ...noCounts,
    running,
    running_tasks: running.length,
    written_at: ago(secondsAgo).toISOString(),
  };
  return { version: 'a', progress, writtenAt: ago(secondsAgo) };
}

function task(number: number, secondsAgo: number): RunningTask {
  return {
    task_id: String(number).padStart(32, '0'),
    params: { beta: 'high' },
    seed: 7n,
    since: ago(secondsAgo).toISOString(),
  };
}

test('counts of two instances add up, whatever each of them has', () => {
  const one: RunCounts = {
    ...noCounts,
    outcomes: { succeeded: 3, crashed: 1 },
    cached: 1,
    seconds: { ...noCounts.seconds, tasks: 2, simulate: 1.5 },
    reasons: [{ outcome: 'crashed', reason: 'It fell at 0.31', tasks: 1 }],
    last_outcome_at: '2026-01-01T00:00:01.000Z',
  };
  const other: RunCounts = {
    ...noCounts,
    outcomes: { crashed: 2, 'timed-out': 1 },
    seconds: { ...noCounts.seconds, tasks: 3, simulate: 2.5 },
    reasons: [
      { outcome: 'crashed', reason: 'It fell at 0.32', tasks: 2 },
      { outcome: 'timed-out', reason: 'It fell at 0.32', tasks: 1 },
    ],
  };
  const sum = addCounts(one, other);
  assert.deepEqual(sum.outcomes, { succeeded: 3, crashed: 3, 'timed-out': 1 });
  assert.deepEqual([sum.cached, sum.seconds.tasks, sum.seconds.simulate], [1, 5, 4]);
  assert.equal(sum.last_outcome_at, one.last_outcome_at);
  assert.deepEqual(
    sum.reasons.map(({ outcome, tasks }) => [outcome, tasks]),
    [
      ['crashed', 3],
      ['timed-out', 1],
    ],
  );
  assert.deepEqual(addCounts(other, one).outcomes, sum.outcomes);
  assert.deepEqual(addCounts(noCounts, one), one);
});

test('a summary fits into metadata however much there is to tell, and its counts stay', () => {
  const long = 'ä'.repeat(3000);
  const progress: RunProgress = {
    ...told(0).progress,
    outcomes: { succeeded: 5 },
    reasons: Array.from({ length: 5 }, (_, at) => ({ outcome: 'crashed', reason: `${at}${long}`, tasks: 1 })),
    running: Array.from({ length: 8 }, (_, at) => ({ ...task(at, 1), params: { note: long } })),
    running_tasks: 8,
  };
  const text = formatProgress(progress);
  assert.ok(text.length < 8000 && /^[\x20-\x7e]+$/.test(text));
  const read = parseDocument(Progress, Buffer.from(text, 'base64').toString('utf8'));
  assert.deepEqual([read.outcomes, read.running_tasks], [{ succeeded: 5 }, 8]);
  const short = formatProgress({ ...progress, reasons: [], running: [task(1, 5)] });
  const same = parseDocument(Progress, Buffer.from(short, 'base64').toString('utf8'));
  assert.deepEqual(same.running, [task(1, 5)]);
});

test('a run moves while one of its instances has told something lately, or has said that a task runs', () => {
  const cases: [boolean, ReturnType<typeof told>[]][] = [
    [false, []],
    [true, [told(5)]],
    [false, [told(20)]],
    [true, [told(20, [task(1, 60)])]],
    [false, [told(100, [task(1, 200)])]],
    [true, [told(100, [task(1, 200)]), told(3)]],
  ];
  for (const [index, [moving, summaries]] of cases.entries())
    assert.equal(isMoving(summaries, now), moving, `case ${index}`);
});

test('what runs is told of instances that live, without what has ended meanwhile', () => {
  const running = whatRuns(
    [told(20, [task(1, 30), task(2, 300)]), told(10, [task(3, 100)]), told(600, [task(4, 900)])],
    (id) => id === task(3, 0).task_id,
    now,
  );
  assert.deepEqual(
    [running.tasks, running.longest.map(({ since }) => since), running.silent, running.heard_at],
    [2, [ago(300).toISOString(), ago(30).toISOString()], 1, ago(10).toISOString()],
  );
});

test('why nothing goes on is said once it is due, and only then', () => {
  const nothing = { tasks: 0, longest: [], silent: 0, heard_at: null };
  const stuck: RunFacts = {
    pending: 3,
    unsent: 0,
    building: 0,
    running: nothing,
    messages: 3,
    poisoned: 0,
    submittedAt: ago(600).toISOString(),
    lastOutcomeAt: null,
  };
  const why = (changes: Partial<RunFacts>) =>
    whyNoProgress({ ...stuck, ...changes }, 'sweep', now).join('\n');
  assert.match(why({}), /^no instance has taken up a task of it, and 3 messages wait in the queue/);
  assert.match(
    why({ messages: 0 }),
    /^the queue is empty, and 3 tasks have no outcome: .*retry sweep --pending/,
  );
  assert.match(why({ poisoned: 2 }), /^2 messages are in the poison queue, which nothing has taken up/);
  assert.match(
    why({ running: { ...nothing, silent: 2, heard_at: ago(300).toISOString() } }),
    /^2 tasks ran on an instance that has not been heard of for 5 min 0 s: .* within ten minutes/,
  );
  assert.match(
    why({ running: { ...nothing, heard_at: ago(120).toISOString() } }),
    /^no instance has been heard of for 2 min 0 s, and 3 messages wait/,
  );
  const going: Partial<RunFacts>[] = [
    { pending: 0 },
    { building: 1 },
    { running: { ...nothing, tasks: 1 } },
    { submittedAt: ago(10).toISOString() },
    { lastOutcomeAt: ago(10).toISOString() },
    { running: { ...nothing, heard_at: ago(5).toISOString() } },
  ];
  for (const changes of going) assert.equal(why(changes), '', JSON.stringify(changes));
});

test('watching costs less the longer a run takes, and its end is seen soon', () => {
  const looksAt = (tasks: number, perSecond: number, tookMs: number) => {
    let at = 0;
    const looks: Look[] = [];
    for (;;) {
      const ended = Math.min(tasks, Math.floor((at / 1000) * perSecond));
      looks.push({ atMs: at, ended, pending: tasks - ended, tookMs });
      if (ended === tasks) break;
      at += tookMs + pauseBeforeLooking(looks.slice(-20));
    }
    return { looks: looks.length, lateMs: at - (tasks / perSecond) * 1000 };
  };
  const [small, large, slow] = [looksAt(100, 10, 20), looksAt(100_000, 10, 20), looksAt(1_000, 5, 200)];
  assert.ok(small.looks <= 25 && small.lateMs <= 1_500, JSON.stringify(small));
  assert.ok(large.looks <= 500 && large.lateMs <= 3_000, JSON.stringify(large));
  assert.ok(slow.looks <= 70 && slow.lateMs <= 5_000, JSON.stringify(slow));

  const stands = (forMs: number) =>
    pauseBeforeLooking([
      { atMs: 0, ended: 5, pending: 5, tookMs: 10 },
      { atMs: forMs, ended: 5, pending: 5, tookMs: 10 },
    ]);
  assert.deepEqual([stands(1_000), stands(100_000), stands(10_000_000)], [500, 5_000, 30_000]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leakLines } from '../../../src/cli/terminal/leak-lines.js';
import type { Answer } from '../../../src/diagnosis/answer.js';
import type { Change } from '../../../src/diagnosis/change.js';
import type { Culprit, Leak } from '../../../src/diagnosis/diagnosis.js';
import { findCulprits } from '../../../src/diagnosis/find-culprits.js';
import type { Shortest } from '../../../src/diagnosis/find-shortest.js';
import { diagnosisPage } from '../../../src/diagnosis/page/diagnosis-page.js';
import { fakeChanges, fakeLaboratory, fakeTask, right, wrong } from './fake-laboratory.js';

const quiet = { done: () => undefined, note: () => undefined };
const [other, victim] = [fakeTask(1), fakeTask(2)];
const shortest: Shortest = {
  before: [other],
  victim,
  right,
  difference: { outputs: [] },
  wrong: 3,
  times: 3,
};

interface Put {
  isRight: boolean;
  failed?: Record<string, string>;
}

/** @param put what comes of putting keys back */
function found(
  changes: Change[],
  put: (keys: string[]) => Put,
  { watched = wrong, proof = shortest } = {},
): ReturnType<typeof findCulprits> {
  const laboratory = fakeLaboratory([other, victim], (_, { watch, restore = [] }) => {
    if (watch) return { answer: watched, changes: [changes, []] };
    const { isRight, failed = {} } = put(restore.flatMap((one) => one.changes));
    return { answer: isRight ? right : wrong, notRestored: failed };
  });
  return findCulprits(laboratory, proof, quiet);
}

const verdicts = (culprits: Culprit[]) =>
  Object.fromEntries(culprits.map(({ key, verdict }) => [key.replace('python:', ''), verdict]));
const named = (count: number) => Array.from({ length: count }, (_, index) => `python:m.k${index}`);

test('what mends alone is the cause, and what alone does not was only changed', async () => {
  const { culprits, unproved } = await found(fakeChanges(named(3)), (keys) => ({
    isRight: keys.includes('python:m.k1'),
  }));
  assert.deepEqual(verdicts(culprits), { 'm.k1': 'cause', 'm.k0': 'changed', 'm.k2': 'changed' });
  assert.equal(unproved, undefined);
});

test('where watching alone mends nothing is accused', async () => {
  const { culprits, unproved } = await found(fakeChanges(named(2)), () => ({ isRight: true }), {
    watched: right,
  });
  assert.deepEqual(verdicts(culprits), { 'm.k0': 'untried', 'm.k1': 'untried' });
  assert.match(unproved ?? '', /While it is watched/);
});

test('where the proof shows only sometimes, one right answer accuses nothing', async () => {
  const asked = new Map<string, number>();
  const { culprits } = await found(
    fakeChanges(named(2)),
    (keys) => {
      const id = keys.join();
      asked.set(id, (asked.get(id) ?? 0) + 1);
      return { isRight: keys.includes('python:m.k1') || (asked.get(id) ?? 0) < 4 };
    },
    { proof: { ...shortest, wrong: 1 } },
  );
  assert.deepEqual(verdicts(culprits), { 'm.k1': 'cause', 'm.k0': 'changed' });
});

test('a process that does not survive what is put back proves nothing, and is tried again a few times', async () => {
  const crashed: Answer = { kind: 'ended', outcome: 'crashed', reason: 'The process ended with SIGABRT.' };
  const asked = new Map<string, number>();
  const laboratory = fakeLaboratory([other, victim], (_, { watch, restore = [] }) => {
    if (watch) return { answer: wrong, changes: [fakeChanges(named(3)), []] };
    const id = restore.flatMap((one) => one.changes).join();
    const time = (asked.get(id) ?? 0) + 1;
    asked.set(id, time);
    if (id.includes('m.k2')) return crashed;
    if (id.includes('m.k1')) return time < 3 ? crashed : right;
    return wrong;
  });
  const { culprits } = await findCulprits(laboratory, shortest, quiet);
  assert.deepEqual(verdicts(culprits), { 'm.k1': 'cause', 'm.k0': 'changed', 'm.k2': 'changed' });
  assert.deepEqual(Object.fromEntries(asked), { 'python:m.k0': 1, 'python:m.k1': 3, 'python:m.k2': 5 });
});

test('what failed to be put back is no cause, and spoils no set that it is in', async () => {
  const failing = 'python:m.k3';
  const put = (keys: string[]): Put => ({
    isRight: keys.includes(failing) || keys.includes('python:m.k5'),
    ...(keys.includes(failing) && { failed: { [failing]: 'it is frozen' } }),
  });
  for (const count of [6, 40]) {
    const { culprits } = await found(fakeChanges(named(count)), put);
    assert.deepEqual(
      culprits.filter(({ verdict }) => verdict === 'cause').map(({ key }) => key),
      ['python:m.k5'],
    );
    const failed = culprits.find(({ key }) => key === failing);
    assert.deepEqual([failed?.verdict, failed?.not_restored], ['untried', 'it is frozen']);
  }
});

test('of many changes those that were never tried alone are not said to be innocent', async () => {
  const { culprits } = await found(fakeChanges(named(64)), (keys) => ({
    isRight: keys.includes('python:m.k0'),
  }));
  const of = (wanted: Culprit['verdict']) => culprits.filter(({ verdict }) => verdict === wanted).length;
  assert.equal(of('cause'), 1);
  assert.ok(of('untried') > 30, `${of('untried')}`);
  assert.equal(of('cause') + of('untried') + of('changed'), 64);
});

test('what cannot be put back, with the reason, and what was not tried alone are told apart', async () => {
  const untried = (key: string, more: Partial<Culprit>): Culprit => {
    const [change = assert.fail()] = fakeChanges([key]);
    const rest = { together: [], brought_by: 'bundle', first_changed_by: 0 } satisfies Partial<Culprit>;
    return { ...change, verdict: 'untried', ...rest, ...more };
  };
  const task = { params: {}, seed: 1n, param_id: '' };
  const leak: Leak = {
    shortest: { sequence: [task, task], wrong: 3, times: 3, difference: { outputs: [] } },
    trigger: { kind: 'count', tries: [] },
    culprits: [
      untried('python:m.frozen', { not_restored: 'it is <frozen>' }),
      untried('python:m.alone', {}),
      untried('python:m.fixed', { restorable: false }),
    ],
    unproved: 'Nothing is proved.',
    unseen: [],
  };
  const lines = leakLines(leak, undefined);
  assert.ok(lines.includes('Changed, and not tried alone: m.alone.'), lines.join('\n'));
  assert.ok(
    lines.includes(
      'Changed, and cannot be put back, so that it was not tried: m.frozen (it is <frozen>); m.fixed.',
    ),
    lines.join('\n'),
  );
  const page = diagnosisPage({
    ...{
      bundle_ref: '',
      entrypoint: 'a/b',
      tasks: [task],
      verdict: 'leak',
      not_reproducible: [],
      left_out: [],
    },
    ...{ orders: [], shuffle_seed: 1, differences: [], plots: [], leak, seconds: 1 },
  });
  assert.match(page, /not tried alone<\/h3>(?:(?!<h3>).)*m\.alone(?:(?!m\.fixed).)*<h3>Changed, and cannot/s);
  assert.match(page, /m\.frozen.*it is &lt;frozen&gt;/s);
  assert.match(page, /http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
});

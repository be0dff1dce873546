import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSample } from '../../../src/cli/reproduce/parse-sample.js';
import type { TaskLine } from '../../../src/contracts/job/task-line.js';
import { chooseTasks } from '../../../src/reproduction/choose-tasks.js';

const ids = ['c1', 'a2', 'b3', 'b4', 'a1'];
const lines = ids.map((id) => ({ task_id: id }) as TaskLine);
const chosen = (choice: Parameters<typeof chooseTasks>[2]) =>
  chooseTasks(lines, ['f1'], choice).tasks.map(({ task_id: id }) => id);

test('all tasks are chosen, or a share, rounded up, or a number, always the same ones', () => {
  assert.deepEqual(chosen({ kind: 'all' }), ['a1', 'a2', 'b3', 'b4', 'c1']);
  assert.deepEqual(chosen({ kind: 'percent', percent: 5 }), ['a1']);
  assert.deepEqual(chosen({ kind: 'percent', percent: 41 }), ['a1', 'a2', 'b3']);
  assert.deepEqual(chosen({ kind: 'count', count: 2 }), ['a1', 'a2']);
  assert.deepEqual(chosen({ kind: 'count', count: 20 }), ['a1', 'a2', 'b3', 'b4', 'c1']);
  const { how } = chooseTasks(lines, [], { kind: 'count', count: 2 });
  assert.equal(how, 'the first 2 in the order of their ids, of 5 tasks that succeeded');
});

test('a task is named by the beginning of its id, which must be that of one task that succeeded', () => {
  assert.deepEqual(chosen({ kind: 'named', prefixes: ['b4', 'c', 'c1'] }), ['b4', 'c1']);
  const refused = (prefix: string) => () => chosen({ kind: 'named', prefixes: [prefix] });
  assert.throws(
    refused('b'),
    /Cannot choose the task b: 2 begin so, b3 and b4 among them\. Write more of it\./,
  );
  assert.throws(refused('x'), /Cannot choose the task x: none of the job begins so\./);
  assert.throws(refused('f'), /Cannot choose the task f1: it did not succeed/);
});

test('a sample is a share above 0 % or a number of tasks', () => {
  assert.deepEqual(parseSample('5%'), { kind: 'percent', percent: 5 });
  assert.deepEqual(parseSample('0.5 %'), { kind: 'percent', percent: 0.5 });
  assert.deepEqual(parseSample('20'), { kind: 'count', count: 20 });
  for (const text of ['0%', '0', '101%', '-5%', '1.5', 'five', '%', ''])
    assert.throws(() => parseSample(text), /It must be a share above 0 %/, text);
});

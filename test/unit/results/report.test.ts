import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LosslessNumber } from 'lossless-json';
import type { Scalar } from '../../../src/contracts/json/scalar.js';
import { drawTimeLine } from '../../../src/results/report/draw-time-line.js';
import { reportOfJob } from '../../../src/results/report/report-of-job.js';
import { spreadOf } from '../../../src/results/report/spread-of.js';
import { type StudyRow, studyOf } from '../../../src/results/report/study-of.js';
import { sumProgress } from '../../../src/results/report/sum-progress.js';
import { madeSources } from '../../fixtures/reports/made-sources.js';

const number = (value: number | string) => new LosslessNumber(String(value));
const row = (params: Record<string, Scalar>, y: number, set = ''): StudyRow => ({
  params,
  set,
  numbers: { y },
});
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

test('medians and bands are those of numpy, over all rows with a value, and NaN is counted apart', () => {
  const rows = [1, 2, 3, 4, 100, Number.NaN].map((y) => row({ x: number('0.30') }, y));
  const { axes, measures } = studyOf(
    [...rows, row({ x: number(0.3) }, 5), row({ x: number(2) }, 7)],
    'tasks',
  );
  assert.deepEqual(axes[0]?.labels, ['0.3', '2'], '0.30 is 0.3');
  const [effect] = measures[0]?.effects ?? [];
  // numpy.quantile([1, 2, 3, 4, 5, 100], [.05, .25, .5, .75, .95])
  assert.deepEqual(
    [effect?.p5[0], effect?.p25[0], effect?.p50[0], effect?.p75[0], effect?.p95[0]],
    [1.25, 2.25, 3.5, 4.75, 76.25],
  );
  assert.deepEqual(effect?.rows, [6, 1]);
  assert.equal(measures[0]?.unusable, 1);
});

test('how far replicates are apart is told beside how far all are', () => {
  const rows = [1, 2, 3].flatMap((x) =>
    [0, 4, 8].map((y) => row({ x: number(x) }, 100 * x + y * x, `set ${x}`)),
  );
  const { measures } = studyOf([...rows, row({ x: number(4) }, 1, 'alone')], 'tasks');
  // Between their quarters: 4, 8 and 12; of all ten, 279 - 105.
  assert.deepEqual(measures[0]?.replicates, { sets: 3, halfWithin: 8, ofAll: 174 });
  assert.equal(studyOf([row({ x: number(4) }, 1, 'alone')], 'tasks').measures[0]?.replicates, null);
});

test('where no parameter varies, bands are over the replicates alone; a single task has none', () => {
  const rows = [1, 2, 3, 4, 5].map((loss) => row({ x: number(4), fixed: 'a' }, loss, 'one set'));
  const { axes, measures, sample } = studyOf(rows, 'tasks');
  assert.deepEqual(
    axes.map(({ name, labels }) => [name, labels]),
    [['replicates', ['all']]],
  );
  const [effect] = measures[0]?.effects ?? [];
  assert.deepEqual([effect?.rows, effect?.p25, effect?.p50, effect?.p75], [[5], [2], [3], [4]]);
  assert.deepEqual(sample.axes, [[0, 0, 0, 0, 0]]);
  assert.deepEqual(studyOf(rows.slice(0, 1), 'tasks').axes, []);
});

test('parameters that have one value are no axes; words, booleans and numbers among words are categories', () => {
  const values: Record<string, Scalar[]> = {
    same: ['a', 'a', 'a'],
    word: ['a', 'b', 'b'],
    flag: [true, false, true],
    mixed: [number(1), '1', true],
    constructor: [number(1), number(2), number(3)],
  };
  const rows = [0, 1, 2].map((at) =>
    row(Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all[at] ?? ''])), at),
  );
  const { axes } = studyOf(rows, 'tasks');
  assert.deepEqual(
    axes.map(({ name, kind, distinct }) => [name, kind, distinct]),
    [
      ['word', 'category', 2],
      ['flag', 'category', 2],
      ['mixed', 'category', 3],
      ['constructor', 'number', 3],
    ],
  );
});

test('many values are put into spans that hold every row, and what is not shown is named', () => {
  const rows = Array.from({ length: 3000 }, (_, at) => ({
    params: {
      even: number(at),
      wide: number(10 ** (at / 500)),
      word: `word ${at % 45}`,
      ...Object.fromEntries(Array.from({ length: 8 }, (_, more) => [`more${more}`, number((at + more) % 2)])),
    },
    set: '',
    numbers: Object.fromEntries(Array.from({ length: 20 }, (_, y) => [`y${y}`, at])),
  }));
  const { axes, measures, sample, notes } = studyOf(rows, 'tasks');
  assert.deepEqual(
    axes.slice(0, 3).map(({ isBinned, labels }) => [isBinned, labels.length]),
    [
      [true, 20],
      [true, 20],
      [true, 30],
    ],
  );
  for (const { rows: counted } of measures[0]?.effects ?? []) assert.equal(sum(counted), 3000);
  for (const { rows: counted } of measures[0]?.heats ?? []) assert.equal(sum(counted), 3000);
  assert.deepEqual(measures[0]?.effects[0]?.rows, Array(20).fill(150));
  assert.equal(axes[2]?.labels.at(-1), '16 others');
  assert.ok(sample.rows <= 1000 && sample.rows > 900);
  assert.match(notes.join('\n'), /3 more parameters \(more5, more6, more7\)/);
  assert.match(notes.join('\n'), /4 more numbers \(y16, y17, y18, y19\)/);
  assert.match(notes.join('\n'), /Points are 1000 of 3000 tasks/);
});

test('a distribution holds every value, also equal ones and a single one', () => {
  for (const values of [[3], [2, 2, 2], [0, 1, 2, 3], [1e-4, 1e-3, 1, 1e3]]) {
    const spread = spreadOf(
      'time',
      's',
      values.map((value, at) => ({ value, succeeded: at > 0 })),
    );
    assert.equal(sum(spread?.succeeded ?? []) + sum(spread?.failed ?? []), values.length, values.join());
    assert.equal(spread?.edges.length, (spread?.succeeded.length ?? 0) + 1);
    assert.equal(spread?.isLogarithmic, values.includes(1e-4));
  }
  assert.equal(spreadOf('time', 's', []), undefined);
});

test('every task that ended is in the progress, and every process in a lane that no other has at the time', () => {
  for (const [tasks, instances] of [
    [1, 1],
    [500, 3],
  ] as const) {
    const { rows } = madeSources({ tasks, instances, atOnce: 3 });
    const progress = sumProgress(rows);
    assert.equal(sum((progress?.series ?? []).map((one) => sum(one.tasks))), tasks);
    const processes = drawTimeLine(rows)?.processes ?? [];
    assert.equal(processes.length, tasks);
    for (const one of processes)
      for (const other of processes) {
        if (one === other || one.instance !== other.instance || one.lane !== other.lane) continue;
        const apart =
          one.start + one.durationMs <= other.start + 2 || other.start + other.durationMs <= one.start + 2;
        assert.ok(apart, JSON.stringify([one, other]));
      }
  }
});

test('the load of instances is that of all processes on them', () => {
  const { rows } = madeSources({ tasks: 2000, instances: 5, atOnce: 2 });
  const line = drawTimeLine(rows);
  assert.equal(line?.processes, null);
  const { spanMs = 0, rows: loads = [] } = line?.load ?? {};
  const busy = rows.map(({ seconds: of }) =>
    of ? of.start + of.import + of.simulate + of.write + of.exit + of.upload : 0,
  );
  const drawn = (sum(loads.map(sum)) * spanMs) / 1000;
  // Each cell is rounded to a hundredth.
  assert.ok(
    Math.abs(drawn - sum(busy)) < 0.01 * loads.length * (loads[0]?.length ?? 0) * (spanMs / 1000),
    `${drawn} ${sum(busy)}`,
  );
});

test('isolation is proven only of a job that has ended, whose processes are known, without a violation', () => {
  const sources = madeSources({ tasks: 20 });
  const leak = { why: 'process-shared' as const, task_ids: [], message: 'Two in one.' };
  const isProven = (changes: Partial<typeof sources.verified>) =>
    reportOfJob({ ...sources, verified: { ...sources.verified, ...changes } }).isolation.isProven;
  assert.equal(isProven({}), true);
  assert.equal(isProven({ leaks: [leak] }), false);
  assert.equal(isProven({ unfinished: 1 }), false);
  assert.equal(isProven({ unfinished: null }), false);
  assert.equal(isProven({ attested: 0 }), false);
});

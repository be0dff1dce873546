import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Sampling } from '../../../src/contracts/job/sampling.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { latinHypercube } from '../../../src/jobs/submission/sampling/latin-hypercube.js';
import { sampleSets } from '../../../src/jobs/submission/sampling/sample-sets.js';
import { mostSobolDimensions, sobolPoints } from '../../../src/jobs/submission/sampling/sobol-points.js';
import { packageRoot } from '../../../src/package/package-root.js';

const fixture = join(packageRoot, 'test', 'fixtures', 'sampling', 'scipy-sobol.json');
const { points: known } = JSON.parse(readFileSync(fixture, 'utf8')) as { points: Record<string, number[]> };

test("Sobol's sequence is that of scipy in every dimension, up to the 65,536th point", () => {
  const points = sobolPoints(65_537, mostSobolDimensions);
  for (const [index, expected] of Object.entries(known))
    assert.deepEqual(
      points[Number(index)],
      expected.map((digits) => digits / 2 ** 30),
      `point ${index}`,
    );
});

test('a shift moves the points of a Sobol sequence and keeps their balance', () => {
  const shifts = [0xdeadbeef, 0x12345678, 0xffffffff];
  const points = sobolPoints(64, 3, shifts);
  assert.notDeepEqual(points[0], [0, 0, 0]);
  for (let dimension = 0; dimension < 3; dimension++)
    assert.deepEqual(
      parts(points, dimension),
      Array.from({ length: 64 }, (_, part) => part),
    );
});

test('each of the equal parts of every dimension holds one point of a Latin hypercube', () => {
  for (const count of [1, 2, 7, 1000])
    for (let dimension = 0; dimension < 4; dimension++)
      assert.deepEqual(
        parts(latinHypercube(count, 4, 3n), dimension),
        Array.from({ length: count }, (_, part) => part),
      );
});

/** In which of as many equal parts as there are points they lie, in order. */
function parts(points: number[][], dimension: number): number[] {
  return points
    .map((point) => Math.floor((point[dimension] ?? Number.NaN) * points.length))
    .sort((a, b) => a - b);
}

const sampled = (method: Sampling['method'], count: number, ranges: string[], seed = 0n) =>
  sampleSets({ method, count, seed, ranges });

test('samples are the same for the same seed, whatever the machine, and others for another', () => {
  const ranges = ['beta=0.1:0.5', 'dose=log:0.01:10', 'n=1:100'];
  for (const [method, first] of [
    ['latin-hypercube', '{"beta":0.4528733966872096,"dose":0.06897849558343604,"n":79}'],
    ['sobol', '{"beta":0.16743294214829801,"dose":0.016947354935339526,"n":60}'],
  ] as const) {
    const sets = sampled(method, 8, ranges);
    assert.equal(stringifyJson(sets[0]), first);
    assert.deepEqual(sampled(method, 8, ranges), sets);
    assert.notDeepEqual(sampled(method, 8, ranges, 1n), sets);
    assert.equal(new Set(sets.map((set) => stringifyJson(set))).size, 8);
  }
});

test('whole numbers come from ranges whose ends are written so, each as often as the others, and both ends come', () => {
  for (const method of ['latin-hypercube', 'sobol'] as const) {
    const values = sampled(method, 1024, ['n=-3:4', 'x=0:1.0']).map(({ n, x }) => [String(n), String(x)]);
    const counts = new Map<string, number>();
    for (const [n = ''] of values) counts.set(n, (counts.get(n) ?? 0) + 1);
    assert.deepEqual(
      [...counts].sort(([a], [b]) => Number(a) - Number(b)),
      [-3, -2, -1, 0, 1, 2, 3, 4].map((n) => [String(n), 128]),
    );
    for (const [, x = ''] of values) assert.match(x, /[.e]/, 'a float stays one');
  }
});

test('a logarithmic range has as many values in each decade', () => {
  for (const range of ['x=log:0.001:1.0', 'x=log:1:999']) {
    const values = sampled('latin-hypercube', 3000, [range]).map(({ x }) => Number(x));
    const decades = new Map<number, number>();
    for (const value of values) {
      const decade = Math.floor(Math.log10(value));
      decades.set(decade, (decades.get(decade) ?? 0) + 1);
    }
    assert.deepEqual(
      [...decades.values()].map((count) => Math.round(count / 100)),
      [10, 10, 10],
    );
  }
});

for (const [range, expected] of [
  ['beta', /must name a parameter and its range, as in beta=0\.1:0\.5/],
  ['beta=0.1', /^beta has the range "0\.1", which is none: write low:high, as in 0\.1:0\.5, or log:low:high/],
  ['beta=0.1:x', /which is none/],
  ['beta=nan:1', /which is none/],
  ['beta=0:1:0.1', /which has three parts: a range is low:high; a grid with steps is given with --grid/],
  ['beta=0.5:0.1', /which runs backwards: write 0\.1:0\.5/],
  ['beta=log:5:1', /which runs backwards: write log:1:5/],
  ['beta=0.5:0.50', /which holds a single value: give it with --grid beta=0\.5/],
  ['beta=log:0:1', /whose logarithm does not exist: both ends of a logarithmic range must be above 0/],
  ['beta=log:-1:1', /whose logarithm does not exist/],
  ['beta=1:1e999', /which lies outside the range of a 64-bit float/],
  ['beta=0:99999999999999999999', /whose ends are larger than 2\^53: write them as floats/],
  ['__proto__=0:1', /cannot be used as a name/],
] as const)
  test(`the range ${range} is refused`, () => {
    assert.throws(() => sampled('latin-hypercube', 2, [range]), { message: expected });
  });

test('a parameter with two ranges is refused, and more parameters than there are direction numbers for', () => {
  assert.throws(() => sampled('sobol', 2, ['x=0:1', 'x=1:2']), /x is given twice: a parameter has one range/);
  const many = Array.from({ length: mostSobolDimensions + 1 }, (_, at) => `x${at}=0:1.0`);
  assert.throws(
    () => sampled('sobol', 2, many),
    /The ranges are 65, and .* at most 64 parameters: use --lhs/,
  );
  assert.equal(Object.keys(sampled('latin-hypercube', 2, many)[0] ?? {}).length, 65);
});

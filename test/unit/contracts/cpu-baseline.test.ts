import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baselineVariables } from '../../../src/contracts/environment/baseline-variables.js';
import { CpuBaseline } from '../../../src/contracts/environment/cpu-baseline.js';
import { resultKey } from '../../../src/contracts/task/result-key.js';
import { SimTask } from '../../../src/contracts/task/sim-task.js';
import { someTask } from './some-task.js';

const numpy126 =
  'SSSE3 SSE41 POPCNT SSE42 AVX F16C FMA3 AVX2 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL'.split(
    ' ',
  );
const numpy25 = ['X86_V3', 'X86_V4', 'AVX512_ICL', 'AVX512_SPR'];

test('native says nothing to any library', () => {
  assert.deepEqual(baselineVariables('native', numpy126), {});
});

test('numpy leaves out what is beyond the baseline, of its own names alone', () => {
  const leftOut = (baseline: CpuBaseline, features: string[]) =>
    baselineVariables(baseline, features).NPY_DISABLE_CPU_FEATURES;
  const beyondAvx2 = 'AVX512F,AVX512CD,AVX512_SKX,AVX512_CLX,AVX512_CNL,AVX512_ICL';
  assert.equal(leftOut('avx2', numpy126), beyondAvx2);
  assert.equal(leftOut('sse', numpy126), `AVX,F16C,FMA3,AVX2,${beyondAvx2}`);
  assert.equal(leftOut('avx2', numpy25), 'X86_V4,AVX512_ICL,AVX512_SPR');
  assert.equal(leftOut('sse', numpy25), numpy25.join(','));
  assert.equal(leftOut('avx2', ['AVX10_2']), 'AVX10_2', 'what a later numpy brings is beyond it');
  assert.equal(leftOut('avx2', ['AVX2', 'FMA3']), undefined, 'an empty list is an error to numpy');
  assert.equal(leftOut('sse', []), undefined);
});

test('avx2 keeps fused multiplication in the C library, and sse does not, by the names of old glibc too', () => {
  const of = (baseline: CpuBaseline) => baselineVariables(baseline).GLIBC_TUNABLES?.split(/[=,]/) ?? [];
  for (const name of ['-AVX512F', '-AVX512F_Usable']) {
    assert.ok(of('avx2').includes(name) && of('sse').includes(name), name);
  }
  for (const name of ['-FMA', '-AVX2', '-FMA_Usable', '-AVX2_Usable']) {
    assert.ok(of('sse').includes(name) && !of('avx2').includes(name), name);
  }
});

test('every baseline speaks to the same libraries', () => {
  assert.deepEqual(
    Object.keys(baselineVariables('avx2')).sort(),
    Object.keys(baselineVariables('sse')).sort(),
  );
});

test('a task keeps its result key under native, and has another with each baseline', () => {
  const task = SimTask.parse(someTask());
  assert.equal(resultKey(task, 'cold', { cpuBaseline: 'native' }), resultKey(task, 'cold'));
  const keys = CpuBaseline.options.flatMap((cpuBaseline) =>
    [1, 2].flatMap((threads) =>
      [true, false].flatMap((fixedAddresses) =>
        (['cold', 'forkserver'] as const).map((executor) =>
          resultKey(task, executor, { cpuBaseline, threads, fixedAddresses }),
        ),
      ),
    ),
  );
  assert.equal(new Set(keys).size, keys.length);
});

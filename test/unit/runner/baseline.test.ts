import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baselineInForce } from '../../../src/runner/baseline/baseline-in-force.js';
import { heldNumpyFeatures } from '../../../src/runner/baseline/held-numpy-features.js';
import { whyOutOfReach } from '../../../src/runner/baseline/why-out-of-reach.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { requestFor } from '../../integration/runner/run-fixture.js';

const x64 = { platform: 'linux', architecture: 'x64' } as const;
const of = (...sets: string[]) => ({ processor: 'Xeon E5', instruction_sets: sets });
const old = of('sse4_1', 'sse4_2', 'avx');

test('a baseline that the processor does not reach is refused, by what it lacks', () => {
  assert.equal(whyOutOfReach('avx2', of('sse4_1', 'sse4_2', 'avx', 'avx2', 'f16c', 'fma'), x64), undefined);
  assert.equal(whyOutOfReach('sse', old, x64), undefined);
  assert.equal(
    whyOutOfReach('avx2', old, x64),
    'MODELOPS_CPU_BASELINE is "avx2", which takes avx, avx2, f16c, fma, and this processor (Xeon E5) has no avx2, f16c, fma: set "sse" on all instances, or run on others.',
  );
  assert.match(whyOutOfReach('sse', of(), x64) ?? '', /has no sse4_1, sse4_2: remove it on all instances/);
});

test('where a baseline has no meaning it is refused, and native is not', () => {
  const arm = { processor: 'ARM', instruction_sets: ['asimd'] };
  for (const baseline of ['avx2', 'sse'] as const) {
    const onArm = whyOutOfReach(baseline, arm, { platform: 'linux', architecture: 'arm64' });
    assert.match(onArm ?? '', /means something on x64 alone, and this is arm64: remove it, or run on x64\.$/);
    const onMac = whyOutOfReach(baseline, of(), { platform: 'darwin', architecture: 'x64' });
    assert.match(onMac ?? '', /takes Linux, and this is darwin/);
  }
  assert.equal(whyOutOfReach('native', arm, { platform: 'linux', architecture: 'arm64' }), undefined);
});

test('what a task or its bundle sets itself is told as overridden', async () => {
  const { task, bundle } = await requestFor('echoes');
  const said = {
    task: { ...task, env: { NPY_ENABLE_CPU_FEATURES: 'AVX2', MINE: '1' } },
    bundle: { ...bundle, metadata: { env: { MKL_CBWR: 'AVX2' } } },
  };
  assert.deepEqual(baselineInForce({ ...said, cpuBaseline: 'avx2' }), {
    name: 'avx2',
    overridden: ['MKL_CBWR', 'NPY_ENABLE_CPU_FEATURES'],
  });
  assert.deepEqual(baselineInForce({ task, bundle, cpuBaseline: 'sse' }), { name: 'sse', overridden: [] });
  assert.equal(baselineInForce({ ...said, cpuBaseline: 'native' }), undefined);
});

test('numpy is told only where something is to hold it: it takes no two words', async () => {
  const { task, bundle } = await requestFor('echoes');
  let asked = 0;
  const environment = {
    ...bareEnvironment(),
    numerics: async () => ({ numpyFeatures: [`AVX2 ${++asked}`], openblas: [] }),
  };
  const request = { task, bundle, environment };
  assert.deepEqual(await heldNumpyFeatures(request), []);
  const env = { NPY_ENABLE_CPU_FEATURES: 'AVX2', OPENBLAS_CORETYPE: 'Zen' };
  assert.deepEqual(await heldNumpyFeatures({ ...request, task: { ...task, env }, cpuBaseline: 'sse' }), []);
  assert.equal(asked, 0);
  assert.deepEqual(await heldNumpyFeatures({ ...request, cpuBaseline: 'sse' }), ['AVX2 1']);
});

test('the one OpenBLAS that a chosen core lets crash on some processors is refused there, and nowhere else', async () => {
  const { task, bundle } = await requestFor('echoes');
  const on = (processor: string, openblas: string, env: Record<string, string> = {}) =>
    heldNumpyFeatures(
      {
        task: { ...task, env },
        bundle,
        environment: {
          ...bareEnvironment(),
          numerics: async () => ({ numpyFeatures: ['AVX2'], openblas: ['0.3.30', openblas] }),
        },
        cpuBaseline: 'avx2',
      },
      Promise.resolve({ processor, instruction_sets: ['avx2', 'avx512f'] }),
    );
  for (const version of ['0.3.34', '0.3.34.237.2']) {
    await assert.rejects(on('AMD EPYC 9V74', version), {
      name: 'EnvironmentFailed',
      message: /^Cannot hold OpenBLAS 0\.3\.34.* on this processor \(AMD EPYC 9V74\)/,
    });
  }
  assert.deepEqual(await on('AMD EPYC 9V74', '0.3.33'), ['AVX2']);
  assert.deepEqual(await on('AMD EPYC 9V74', '0.3.340'), ['AVX2']);
  assert.deepEqual(await on('Intel(R) Xeon(R)', '0.3.34'), ['AVX2']);
  assert.deepEqual(await on('AMD EPYC 9V74', '0.3.34', { OPENBLAS_CORETYPE: 'Zen' }), ['AVX2']);
});

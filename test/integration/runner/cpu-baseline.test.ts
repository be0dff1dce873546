import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baselineVariables } from '../../../src/contracts/environment/baseline-variables.js';
import type { CpuBaseline } from '../../../src/contracts/environment/cpu-baseline.js';
import { thisMachine } from '../../../src/runner/report/this-machine.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { createFixtureRunner, python, version } from './run-fixture.js';

const simulation = 'rounds_as_the_processor';
const environment = {
  ...bareEnvironment(python, version),
  numerics: async () => ({ numpyFeatures: ['AVX2', 'AVX512F'], openblas: [] }),
};

for (const { way, executor, most } of [
  { way: 'spawn', executor: 'cold', most: 0 },
  { way: 'standby', executor: 'cold', most: 1 },
  ...(process.platform === 'linux' ? [{ way: 'forkserver', executor: 'forkserver', most: 1 } as const] : []),
  { way: 'isolated_warm', executor: 'isolated_warm', most: 0 },
] as const) {
  test(`${way}: no task meets a process that was held to other instruction sets`, async () => {
    const runner = await createFixtureRunner({ standby: { most, unusedMs: 60_000 } });
    try {
      const order: CpuBaseline[] = ['sse', 'sse', 'native', 'native', 'avx2', 'sse'];
      for (const cpuBaseline of order) {
        const { outputs, attestation, reason } = await runner.run(simulation, {
          executor,
          environment,
          cpuBaseline,
        });
        const env = JSON.parse(outputs.environment ?? reason);
        const said = baselineVariables(cpuBaseline, ['AVX2', 'AVX512F']);
        const names = [...Object.keys(baselineVariables('sse')), 'NPY_DISABLE_CPU_FEATURES'];
        const found = names.filter((name) => name in env).map((name) => [name, env[name]]);
        assert.deepEqual(Object.fromEntries(found), said);
        const held = cpuBaseline === 'native' ? undefined : { name: cpuBaseline, overridden: [] };
        assert.deepEqual(attestation?.cpu_baseline, held);
      }
    } finally {
      await runner.close();
    }
  });
}

/** Whether its C library has one variant with fused multiplication, and this processor takes it. */
async function fuses(): Promise<boolean> {
  const { instruction_sets: sets } = await thisMachine();
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return process.arch === 'x64' && sets.includes('fma') && header.glibcVersionRuntime !== undefined;
}

test('two processors answer otherwise, which the attestations name, and alike where both are held', async (t) => {
  if (!(await fuses())) return t.skip('needs glibc on a processor with fused multiplication');
  const runner = await createFixtureRunner();
  try {
    const run = (cpuBaseline: CpuBaseline, env: Record<string, string> = {}) =>
      runner.run(simulation, { environment, cpuBaseline, task: { env } });
    const { GLIBC_TUNABLES = '' } = baselineVariables('sse');
    const newer = await run('native');
    // What an older processor would have is taken from this one.
    const older = await run('native', { GLIBC_TUNABLES });
    assert.notEqual(newer.outputs.digits, older.outputs.digits);

    const held = await run('sse');
    assert.equal(held.outputs.digits, older.outputs.digits);
    assert.deepEqual(held.attestation?.machine, newer.attestation?.machine);
    assert.deepEqual(
      [newer, held].map(({ attestation }) => attestation?.cpu_baseline),
      [undefined, { name: 'sse', overridden: [] }],
    );
    const overridden = await run('sse', { GLIBC_TUNABLES: 'glibc.malloc.perturb=0' });
    assert.equal(overridden.outputs.digits, newer.outputs.digits);
    assert.deepEqual(overridden.attestation?.cpu_baseline?.overridden, ['GLIBC_TUNABLES']);
  } finally {
    await runner.close();
  }
});

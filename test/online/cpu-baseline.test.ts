import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { baselineVariables } from '../../src/contracts/environment/baseline-variables.js';
import type { CpuBaseline } from '../../src/contracts/environment/cpu-baseline.js';
import { createEnvironments } from '../../src/environments/create-environments.js';
import { thisMachine } from '../../src/runner/report/this-machine.js';
import { EnvironmentFailed } from '../../src/simulation/environment-failed.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { createFixtureRunner, localBundle, python } from '../integration/runner/run-fixture.js';

const make = temporaryFolders();
const run = promisify(execFile);

/** What of numpy rounds otherwise with other instructions, digested one by one. */
const wire = `
import hashlib
import numpy as np
def wire(entrypoint, params, seed):
    generator = np.random.default_rng(seed)
    x, m = generator.uniform(0.1, 10, 20_001), generator.normal(size=(300, 300))
    made = {name: getattr(np, name)(x) for name in ("exp", "log", "sin", "tanh", "cbrt")}
    made.update(power=x**1.7, matmul=m @ m.T, inverse=np.linalg.inv(m), sum=x.sum(), gamma=generator.gamma(0.5, size=20_000))
    return {name: hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest() for name, value in made.items()}
`;

for (const wanted of ['numpy==1.26.4', 'numpy==2.2.6', 'numpy']) {
  test(`${wanted}: an older processor answers otherwise, and alike where both are held to what it has`, {
    skip: process.platform !== 'linux' || process.arch !== 'x64',
  }, async (t) => {
    const { instruction_sets: sets } = await thisMachine();
    if (!sets.includes('fma')) return t.skip('needs a processor with AVX2 and fused multiplication');
    const folder = await make();
    await run(python, ['-m', 'venv', folder]);
    try {
      await run(`${folder}/bin/python3`, ['-m', 'pip', 'install', '--quiet', wanted], { timeout: 300_000 });
    } catch (error) {
      return t.skip(`${wanted} cannot be installed: ${String(error).split('\n')[0]}`);
    }
    const environment = await createEnvironments({ python: folder, venvsFolder: '/nowhere' }).base();
    const { numpyFeatures, openblas } = await environment.numerics();
    assert.ok(numpyFeatures.length > 0);
    assert.equal(openblas.length, 1);
    const bundle = await localBundle(await make({ 'wire.py': wire }));
    const runner = await createFixtureRunner();
    t.after(() => runner.close());
    // A name that this numpy does not take would be a warning, and that an error.
    const strict = { PYTHONWARNINGS: 'error' };
    const answer = async (cpuBaseline: CpuBaseline, env: Record<string, string> = {}) => {
      const task = { env: { ...strict, ...env } };
      const report = await runner.run('', { bundle, environment, cpuBaseline, task });
      assert.equal(report.outcome, 'succeeded', report.reason + report.logText);
      return report;
    };

    const newer = await answer('native');
    for (const baseline of ['avx2', 'sse'] as const) {
      // What an older processor would have is taken from this one.
      const older = baselineVariables(baseline, numpyFeatures);
      const held = await answer(baseline).catch((error: unknown) => error);
      if (held instanceof EnvironmentFailed) {
        assert.match(held.message, /^Cannot hold OpenBLAS 0\.3\.34/);
        t.diagnostic(held.message);
        continue;
      }
      if (held instanceof Error) throw held;
      const { outputs, attestation } = held as typeof newer;
      assert.deepEqual(outputs, (await answer('native', older)).outputs);
      const differ = Object.keys(outputs).filter((name) => outputs[name] !== newer.outputs[name]);
      t.diagnostic(`${baseline}: ${differ.join(', ') || 'nothing'} differ from native`);
      if (baseline === 'sse' || sets.includes('avx512f')) assert.ok(differ.length > 0);
      assert.deepEqual(attestation?.cpu_baseline, { name: baseline, overridden: [] });
    }
  });
}

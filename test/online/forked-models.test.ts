import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { bareEnvironment } from '../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { createFixtureRunner, localBundle, python } from '../integration/runner/run-fixture.js';

const make = temporaryFolders();
const execute = promisify(execFile);
const isLinux = process.platform === 'linux';
let folder: string;
let interpreter: string;
let unreachable: string | undefined = isLinux ? undefined : 'forkserver needs Linux';

/** Models as their users write them, imports at the top, and what they come from. Each returns what its seed makes of it. */
const models: Record<string, { from: string; wire: string }> = {
  starsim: {
    from: 'starsim==3.7.2',
    wire: `
import starsim as ss
def wire(entrypoint, params, seed):
    sim = ss.Sim(n_agents=500, dur=10, rand_seed=seed, diseases="sir", networks="random", verbose=0)
    sim.run()
    return {"infections": [float(n) for n in sim.results.sir.cum_infections]}
`,
  },
  covasim: {
    from: 'covasim==4.0.1',
    wire: `
import covasim as cv
def wire(entrypoint, params, seed):
    sim = cv.Sim(pop_size=500, n_days=10, rand_seed=seed, verbose=0)
    sim.run()
    return {"infections": [float(n) for n in sim.results["cum_infections"].values]}
`,
  },
  'laser-generic': {
    from: 'laser-generic==1.1.0',
    wire: `
import numpy as np
from laser.core import LaserFrame
from laser.generic import SIR, Model
def wire(entrypoint, params, seed):
    people = LaserFrame(1000)
    people.add_scalar_property("age", dtype=np.uint32, default=3)
    people.age[:] += np.random.default_rng(seed).integers(0, 9, 1000).astype(np.uint32)
    return {"ages": int(people.age.sum()), "parts": [SIR.__name__, Model.__name__]}
`,
  },
  NEURON: {
    from: 'neuron==9.0.2',
    wire: `
from neuron import h
h.load_file("stdrun.hoc")
def wire(entrypoint, params, seed):
    soma = h.Section(name="soma")
    soma.L = soma.diam = 20
    soma.insert("hh")
    clamp = h.IClamp(soma(0.5))
    clamp.delay, clamp.dur, clamp.amp = 1, 5, 0.1 * seed
    volts = h.Vector().record(soma(0.5)._ref_v)
    h.finitialize(-65)
    h.continuerun(20)
    return {"volts": list(volts)}
`,
  },
  NEST: {
    from: 'nest-simulator==3.10.0',
    wire: `
import nest
def wire(entrypoint, params, seed):
    nest.ResetKernel()
    nest.rng_seed = seed
    neurons = nest.Create("iaf_psc_alpha", 10)
    noise = nest.Create("poisson_generator", params={"rate": 20000.0})
    recorder = nest.Create("spike_recorder")
    nest.Connect(noise, neurons, syn_spec={"weight": 20.0})
    nest.Connect(neurons, recorder)
    nest.Simulate(50.0)
    return {"spikes": [float(at) for at in recorder.events["times"]]}
`,
  },
  polars: {
    from: 'polars==2.1.0',
    wire: `
import polars as pl
def wire(entrypoint, params, seed):
    rows = pl.DataFrame({"group": [seed, 2, 3] * 1000, "value": range(3000)}).lazy()
    sums = rows.group_by("group").agg(pl.col("value").sum()).sort("group")
    return {"sums": sums.collect(), "streamed": sums.collect(engine="streaming")["value"].to_list()}
`,
  },
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'online-test-'));
  interpreter = join(folder, 'bin', 'python');
  if (unreachable) return;
  await execute(python, ['-m', 'venv', folder]);
  const packages = [...Object.values(models).map(({ from }) => from), 'mesa>=3.3,<3.4'];
  const options = ['--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '20'];
  await execute(interpreter, ['-m', 'pip', 'install', ...options, ...packages], { timeout: 400_000 }).catch(
    (error: Error) => {
      unreachable = `the package index does not give ${packages.join(', ')}: ${error.message.slice(-300)}`;
    },
  );
});
after(() => rm(folder, { recursive: true }));

for (const [name, { wire }] of Object.entries(models)) {
  test(`a model of ${name} is forked, and returns what it returns in a process that was started for it`, async (t) => {
    if (unreachable) return t.skip(unreachable);
    const runner = await createFixtureRunner();
    t.after(() => runner.close());
    const bundle = await localBundle(await make({ 'wire.py': wire }));
    const environment = bareEnvironment(interpreter, '3');
    const run = (executor: 'cold' | 'forkserver', seed: bigint) =>
      // An import of some seconds, on a machine that has other things to do, must be within a tenth of it.
      runner.run('', { bundle, executor, environment, timeoutMs: 600_000, task: { seed } });
    for (const seed of [3n, 5n, 5n]) {
      const [anew, forked] = [await run('cold', seed), await run('forkserver', seed)];
      assert.equal(anew.outcome, 'succeeded', `${anew.reason} ${anew.error?.traceback}`);
      assert.equal(forked.outcome, 'succeeded', `${forked.reason} ${forked.error?.traceback}`);
      assert.equal(forked.attestation?.executor, 'forkserver');
      assert.deepEqual(forked.outputs, anew.outputs);
    }
  });
}

test('batch_run of Mesa ends with the rows of its processes, in tasks that are forked too', async (t) => {
  if (unreachable) return t.skip(unreachable);
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const wire = `
import mesa
class Growing(mesa.Model):
    def __init__(self, rate=1, **more):
        super().__init__(**more)
        self.rate, self.size = rate, 0
        self.datacollector = mesa.DataCollector({"size": "size"})
    def step(self):
        self.size += self.rate
        self.datacollector.collect(self)
def wire(entrypoint, params, seed):
    rows = mesa.batch_run(Growing, {"rate": [1, 2, 3]}, max_steps=3, number_processes=2, display_progress=False)
    return {"rows": sorted([row["rate"], row["size"]] for row in rows)}
`;
  const bundle = await localBundle(await make({ 'wire.py': wire }));
  const environment = bareEnvironment(interpreter, '3');
  const expected = new Set<string>();
  for (const executor of ['cold', 'forkserver'] as const) {
    const report = await runner.run('', { bundle, executor, environment, timeoutMs: 600_000 });
    assert.equal(report.outcome, 'succeeded', `${report.reason} ${report.error?.traceback}`);
    assert.equal(report.attestation?.executor, executor);
    const rows: [number, number][] = JSON.parse(report.outputs.rows ?? '[]');
    assert.ok(rows.length >= 3 && rows.every(([rate, size]) => size > 0 && size % rate === 0));
    expected.add(report.outputs.rows ?? '');
  }
  assert.equal(expected.size, 1);
});

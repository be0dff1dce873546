import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { diagnoseFolder } from '../integration/diagnosis/diagnose-fixture.js';

const make = temporaryFolders();

/** What people install and reuse, each as its beginners' pages use it. */
const packages: { requirement: string; wire: string; parameters: string[]; cause?: RegExp }[] = [
  {
    requirement: 'neuron==9.0.0',
    parameters: ['{"interval": 5}', '{"interval": 7}', '{"interval": 9}'],
    // The number of the next stream of NetStim.
    cause: /^nrnran123_newstream\(\)::id3$/,
    wire: `
from neuron import h
h.load_file("stdrun.hoc")
def wire(entrypoint, params, seed):
    stim = h.NetStim()
    stim.interval, stim.number, stim.start, stim.noise = params["interval"], 20, 0, 1
    spikes, connection = h.Vector(), h.NetCon(stim, None)
    connection.record(spikes)
    h.finitialize(-65)
    h.continuerun(200)
    return {"spikes": list(spikes)}
`,
  },
  {
    // It imports numpy where that is, was built with it, and does not require it.
    requirement: 'pybullet==3.2.7\nnumpy==2.2.3',
    parameters: ['{"height": 1}', '{"height": 2}', '{"height": 3}'],
    // The worlds that nobody has disconnected.
    cause: /^sPhysicsClients1$/,
    wire: `
import pybullet as p
def wire(entrypoint, params, seed):
    p.connect(p.DIRECT)
    p.setGravity(0, 0, -9.8)
    p.createMultiBody(0, p.createCollisionShape(p.GEOM_PLANE))
    ball = p.createCollisionShape(p.GEOM_SPHERE, radius=0.5)
    body = p.createMultiBody(1, ball, basePosition=[0, 0, params["height"]])
    for _ in range(240): p.stepSimulation()
    return {"height": p.getBasePositionAndOrientation(body)[0][2]}
`,
  },
  {
    requirement: 'nest-simulator==3.10.0',
    parameters: ['{"x": 1}', '{"x": 2}', '{"x": 3}'],
    // The kernel that nobody has reset.
    cause: /^nest::KernelManager::kernel_manager_instance_$/,
    wire: `
import nest
nest.set_verbosity("M_ERROR")
def wire(entrypoint, params, seed):
    source = nest.Create("poisson_generator", params={"rate": 500.0 * params["x"]})
    neuron, recorder = nest.Create("parrot_neuron"), nest.Create("spike_recorder")
    nest.Connect(source, neuron)
    nest.Connect(neuron, recorder)
    nest.Simulate(100.0)
    return {"times": [float(time) for time in recorder.get("events")["times"]]}
`,
  },
  {
    requirement: 'libroadrunner==2.10.0',
    parameters: ['{"k": 0.1}', '{"k": 0.3}', '{"k": 0.5}'],
    wire: `
import roadrunner
def wire(entrypoint, params, seed):
    model = roadrunner.RoadRunner()
    model.addCompartment("c", 1.0, False)
    model.addSpeciesConcentration("S", "c", 10.0, False, False, "", False)
    model.addSpeciesConcentration("P", "c", 0.0, False, False, "", False)
    model.addParameter("k", params["k"], False)
    model.addReaction("r", ["S"], ["P"], "k*S", True)
    model.integrator = "gillespie"
    model.integrator.seed = seed
    return {"course": [[float(value) for value in row] for row in model.simulate(0, 5, 20)]}
`,
  },
];

for (const { requirement, wire, parameters, cause } of packages) {
  const title = cause ? 'leaks from task to task: the variable is named and proved' : 'is clean';
  test(`${requirement.split('\n')[0]} ${title}`, {
    skip: process.platform !== 'linux' && 'it needs /proc',
  }, async (context) => {
    const folder = await make({ 'wire.py': wire, 'requirements.txt': `${requirement}\n` });
    const scratch = await make();
    const found = await diagnoseFolder(folder, parameters, {
      scratch,
      seeds: [1, 2],
      env: { MODELOPS_VENVS_DIR: join(scratch, 'venvs') },
    });
    const { verdict, leak, not_reproducible: unsure } = found;
    if (!cause) return assert.deepEqual([verdict, unsure], ['clean', []]);
    assert.equal(verdict, 'leak');
    const proved = leak?.culprits.filter((culprit) => culprit.verdict === 'cause') ?? [];
    const names = proved.map(({ symbol, library }) => `${symbol} in ${library}`);
    context.diagnostic(
      `${requirement.split('\n')[0]}: ${names.join(', ')}, in ${found.seconds.toFixed(0)} s`,
    );
    assert.ok(
      proved.some(({ symbol }) => cause.test(symbol ?? '')),
      leak?.unproved ?? names.join(),
    );
    assert.ok(proved.every(({ brought_by: by }) => by === 'environment'));
  });
}

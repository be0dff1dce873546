import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { execa } from 'execa';
import { Float } from '../../../src/client/parameters.js';
import { planSweep } from '../../../src/client/plan-sweep.js';
import { paramId } from '../../../src/contracts/identities/param-id.js';
import { replicateSeed } from '../../../src/contracts/identities/replicate-seed.js';
import { canonicalJson } from '../../../src/contracts/json/canonical-json.js';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import type { Scalar } from '../../../src/contracts/json/scalar.js';
import { aggregationIdentities } from '../../../src/contracts/message/aggregation-identities.js';
import { encodeArtifactName } from '../../../src/contracts/result/artifact-name.js';
import { Entrypoint } from '../../../src/contracts/task/entrypoint.js';
import { resultKey } from '../../../src/contracts/task/result-key.js';
import { setId } from '../../../src/contracts/task/set-id.js';
import { SimTask } from '../../../src/contracts/task/sim-task.js';
import { taskId } from '../../../src/contracts/task/task-id.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { clientFolder, clientPython } from '../../fixtures/client/client-python.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { randomParameters } from '../contracts/random-parameters.js';

const { python = '', reason } = await clientPython();
const temporaryFolder = temporaryFolders();

const more = [
  '',
  ', "outputs": ["b", "a", "😀", "\uffff"]',
  ', "outputs": []',
  ', "config": {}',
  ', "config": {"b": [1, 1.0, -0.0, null, {"z": 1e-07, "a": true}], "a": "é"}',
  ', "env": {}',
  ', "env": {"TZ": "UTC", "N": 1.0, "ON": true}',
  ', "outputs": ["x"], "config": {"x": 1e16}, "env": {"OMP_NUM_THREADS": 2}',
];
const artifactNames = ['incidence', 'a b/c', '..', '.', 'é', "~!'()*", 'a%2Fb', '😀', '-_.x'];
const entrypoints = [
  'models.sir/baseline',
  'models.sir:Model',
  'models.sir/Upper',
  'sir/baseline',
  'a.b/c:d',
];
const oddOnes = [
  'a.b',
  'a.b/',
  'a.b:',
  'a.b:__',
  'a.b:_x1',
  'a.bé/c',
  'é.b/c',
  'a..b/c',
  'a.b/c.',
  '1.b/c',
  '',
];

it('a program in TypeScript gives tasks the names that those of a file have', () => {
  const bundle = `sha256:${'a'.repeat(64)}`;
  const sets = [
    { text: '{"b": 1, "a": 1.0}', values: { b: 1, a: new Float(1) } },
    { text: '{"x": 0.1, "y": -0.0, "z": 1e-07}', values: { x: 0.1, y: -0, z: 1e-7 } },
    {
      text: '{"n": 18446744073709551615, "t": true, "s": "é"}',
      values: { n: 2n ** 64n - 1n, t: true, s: 'é' },
    },
    { text: '{"large": 1e21}', values: { large: new Float(1e21) } },
  ];
  for (const { text, values } of sets) {
    const [task] = planSweep(bundle, 'a.b/c', [values], { seeds: [3], config: { n: 1n, x: 0.5 } });
    const read = `{"bundle_ref": "${bundle}", "entrypoint": "a.b/c", "params": {"values": ${text}}, "seed": 3, "config": {"n": 1, "x": 0.5}}`;
    const other = SimTask.parse(parseJson(read));
    assert.ok(task);
    assert.deepEqual(
      [taskId(task), resultKey(task, 'cold')],
      [taskId(other), resultKey(other, 'cold')],
      text,
    );
  }
  const id = paramId(
    SimTask.parse(
      parseJson(
        `{"bundle_ref": "${bundle}", "entrypoint": "a.b/c", "params": {"values": {"x": 1}}, "seed": 1}`,
      ),
    ).params.values,
  );
  const seeds = planSweep(bundle, 'a.b/c', [{ x: 1 }], { replicates: 3 }).map(({ seed }) => seed);
  assert.deepEqual(
    seeds,
    [0, 1, 2].map((index) => replicateSeed(id, index)),
  );
});

it('Python names parameter sets, tasks and results as TypeScript and modelops-contracts do', {
  skip: reason,
}, async () => {
  const folder = await temporaryFolder({});
  const sets = randomParameters(200);
  const bundle = `models/sir@sha256:${'a'.repeat(64)}`;
  const tasks = more.map((fields, at) => {
    const seed = at === 0 ? '18446744073709551615' : at;
    return `{"bundle_ref": "${bundle}", "entrypoint": "models.sir/baseline", "params": {"values": ${sets[at]}}, "seed": ${seed}${fields}}`;
  });
  const vectors = {
    parameters: sets.map((text) => {
      const values = parseJson(text) as Record<string, Scalar>;
      const id = paramId(values);
      const seed = Number(replicateSeed(id, 3));
      return { text, canonical: canonicalJson(values), param_id: id, seed_3: seed };
    }),
    tasks: tasks.map((text) => {
      const task = SimTask.parse(parseJson(text));
      const of = { id: setId(task), params: task.params, replicates: 1 };
      const asked = { target: 'targets:mean', bundle_ref: task.bundle_ref, inputs: [] };
      return {
        ...{ text, task_id: taskId(task), result_key: resultKey(task, 'cold') },
        aggregation: aggregationIdentities.id({ ...asked, set: of }),
      };
    }),
    aggregations: [[], ['b'], ['b', 'a/c', 'a']].map((inputs) => {
      const asked = { target: 'targets.é:mean', bundle_ref: bundle };
      return { ...asked, inputs, id: aggregationIdentities.id({ ...asked, inputs }) };
    }),
    artifact_names: Object.fromEntries(artifactNames.map((name) => [name, encodeArtifactName(name)])),
    entrypoints: Object.fromEntries(
      [...entrypoints, ...oddOnes].map((name) => [name, Entrypoint.safeParse(name).success]),
    ),
  };
  const file = join(folder, 'vectors.json');
  await writeFile(file, JSON.stringify(vectors));
  const tests = join(packageRoot, 'test', 'unit', 'client', 'test_identities.py');
  const { exitCode, all } = await execa(python, [tests], {
    env: {
      PYTHONPATH: clientFolder,
      PYTHONDONTWRITEBYTECODE: '1',
      GOLDEN: join(packageRoot, 'test', 'golden', 'modelops-identities.json'),
      VECTORS: file,
    },
    reject: false,
    all: true,
  });
  assert.equal(exitCode, 0, all);
});

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { execa } from 'execa';
import { paramId } from '../../../src/contracts/identities/param-id.js';
import { replicateSeed } from '../../../src/contracts/identities/replicate-seed.js';
import { canonicalJson } from '../../../src/contracts/json/canonical-json.js';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import type { Scalar } from '../../../src/contracts/json/scalar.js';
import { encodeArtifactName } from '../../../src/contracts/result/artifact-name.js';
import { Entrypoint } from '../../../src/contracts/task/entrypoint.js';
import { resultKey } from '../../../src/contracts/task/result-key.js';
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
      return { text, task_id: taskId(task), result_key: resultKey(task, 'cold') };
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

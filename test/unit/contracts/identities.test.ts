import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { modelopsIdentities as modelops } from '../../../src/contracts/identities/modelops-identities.js';
import { paramId } from '../../../src/contracts/identities/param-id.js';
import { replicateSeed } from '../../../src/contracts/identities/replicate-seed.js';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import type { Scalar } from '../../../src/contracts/json/scalar.js';
import { resultKey } from '../../../src/contracts/task/result-key.js';
import { SimTask } from '../../../src/contracts/task/sim-task.js';
import { taskId } from '../../../src/contracts/task/task-id.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { bundleRef, someTask } from './some-task.js';

interface Golden {
  source: string;
  seeds: { kind: string; param_id: string; seeds: number[] }[];
  task_ids: { kind: string; id: string; preimage: string }[];
  aggregation: { target: string; task_ids: string[]; [name: string]: unknown }[];
  sim_path: { bundle_ref: string; param_id: string; seed: number; path: string };
  param_id: { canonical: string; param_id: string }[];
}

const golden = JSON.parse(
  readFileSync(join(packageRoot, 'test/golden/modelops-identities.json'), 'utf8'),
) as Golden;

test('the golden file holds the kinds that are tested here and no others', () => {
  assert.deepEqual(Object.keys(golden).sort(), [
    'aggregation',
    'param_id',
    'seeds',
    'sim_path',
    'source',
    'task_ids',
  ]);
  assert.deepEqual(
    [...new Set(golden.task_ids.map(({ kind }) => kind))],
    ['canonical_task_id', 'adapter success task_id', 'adapter error task_id'],
  );
  assert.deepEqual([...new Set(golden.seeds.map(({ kind }) => kind))], ['SimulationStudy.to_simjob']);
});

for (const vector of golden.param_id) {
  test(`param_id of ${vector.canonical} is that of modelops-contracts`, () => {
    assert.equal(paramId(parseJson(vector.canonical) as Record<string, Scalar>), vector.param_id);
  });
}

test('parameters have one id whatever their order and spacing', () => {
  const vector = golden.param_id.find(({ canonical }) => canonical.includes('gamma'));
  const values = parseJson('{ "gamma": 0.10,\n "beta": 3e-1 }') as Record<string, Scalar>;
  assert.equal(paramId(values), vector?.param_id);
});

for (const { kind, param_id, seeds } of golden.seeds) {
  test(`replicate seeds are those of ${kind}`, () => {
    assert.deepEqual(
      seeds.map((_, index) => replicateSeed(param_id, index)),
      seeds.map(BigInt),
    );
  });
}

for (const vector of golden.task_ids) {
  test(`${vector.kind} ${vector.id.slice(0, 8)} is that of ModelOps`, () => {
    const [paramIdHead = '', seed = '', outputs = ''] = (vector.preimage ?? '').split('-');
    switch (vector.kind) {
      case 'canonical_task_id': {
        const { bundle_ref, entrypoint, param_id, seed } = vector as unknown as Record<string, string>;
        const params = { param_id: String(param_id), values: {} };
        assert.equal(
          taskId({
            bundle_ref: String(bundle_ref),
            entrypoint: String(entrypoint),
            params,
            seed: BigInt(seed ?? ''),
          }),
          vector.id,
        );
        break;
      }
      case 'adapter success task_id':
        assert.equal(
          modelops.executorTaskId(`${paramIdHead}8879dfd0`, BigInt(seed), outputs.split(',').reverse()),
          vector.id,
        );
        break;
      case 'adapter error task_id':
        assert.equal(modelops.executorErrorTaskId(`${paramIdHead}8879dfd0`, BigInt(seed)), vector.id);
        break;
      default:
        assert.fail(`unknown kind ${vector.kind}`);
    }
  });
}

for (const vector of golden.aggregation) {
  test(`both aggregation ids of ${vector.target} are those of ModelOps`, () => {
    assert.equal(
      modelops.aggregationTaskId(vector.target, vector.task_ids),
      vector['AggregationTask.aggregation_id'],
    );
    assert.equal(modelops.aggregationId(vector.target, vector.task_ids), vector['utils.aggregation_id']);
  });
}

test("a simulation's path in ModelOps' store is found, with a registry port too", () => {
  const { bundle_ref, param_id, seed, path } = golden.sim_path;
  assert.equal(modelops.simPath(bundle_ref, param_id, BigInt(seed)), path);
  assert.equal(modelops.simPath(`reg.local:5000/mymodel@${bundle_ref}`, param_id, BigInt(seed)), path);
});

test('the seed 18446744073709551615 enters the task id with every digit', () => {
  const task = SimTask.parse(someTask({ seed: 2n ** 64n - 1n }));
  assert.notEqual(taskId(task), taskId({ ...task, seed: 2n ** 64n - 2n }));
});

test('the result key depends on everything that can change a result', () => {
  const plain = SimTask.parse(someTask());
  const variants = [
    plain,
    { ...plain, outputs: ['a'] },
    { ...plain, outputs: ['a', 'b'] },
    { ...plain, config: {} },
    { ...plain, config: { a: parseJson('1') } },
    { ...plain, config: { a: parseJson('1.0') } },
    { ...plain, env: { A: '1' } },
    { ...plain, seed: 2n },
    { ...plain, entrypoint: 'models.sir/lockdown' },
    { ...plain, bundle_ref: bundleRef.replace('a', 'b') },
  ];
  const keys = [
    ...variants.map((task) => resultKey(task, 'cold')),
    resultKey(plain, 'isolated_warm'),
    resultKey(plain, 'direct'),
  ];
  assert.equal(new Set(keys).size, keys.length);
  for (const key of keys) assert.match(key, /^[0-9a-f]{32}$/);
});

test('the result key does not depend on the order of fields, nor on an empty env', () => {
  const plain = SimTask.parse(someTask());
  const config = parseJson('{"a": {"x": 1, "y": 2}, "b": null}') as Record<string, unknown>;
  const turned = parseJson('{"b": null, "a": {"y": 2, "x": 1}}') as Record<string, unknown>;
  assert.equal(resultKey({ ...plain, config }, 'cold'), resultKey({ ...plain, config: turned }, 'cold'));
  assert.equal(resultKey({ ...plain, env: {} }, 'cold'), resultKey(plain, 'cold'));
});

test('result keys stay what they are, since stored results are found by them', () => {
  const task = SimTask.parse(someTask());
  assert.equal(taskId(task), 'eef033ef3dbd1101eacdeb871b951042');
  assert.equal(resultKey(task, 'cold'), '447266422f3a07847a84662711a84910');
  assert.equal(resultKey(task, 'isolated_warm'), '2dfbc4affeb0f9f5fb3ae7b5abf19c13');
  assert.equal(
    resultKey({ ...task, outputs: ['b'], env: { A: '1' } }, 'cold'),
    '6c35c06382e2af9e603ddc9ba41e4ae5',
  );
});

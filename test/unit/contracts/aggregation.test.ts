import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import { aggregationIdentities as identities } from '../../../src/contracts/message/aggregation-identities.js';
import { formatMessage } from '../../../src/contracts/message/format-message.js';
import { parseMessage } from '../../../src/contracts/message/parse-message.js';
import { resultNameOf } from '../../../src/contracts/task/result-name.js';
import { setId } from '../../../src/contracts/task/set-id.js';
import { bundleRef } from './some-task.js';

const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
const request = { target: 'targets.prev:f', bundle_ref: bundleRef, inputs: [a, `${b}/${a}`] };
const read = (value: unknown) => parseMessage(Buffer.from(JSON.stringify(value)));

describe('a request to aggregate', () => {
  it('is read as a task whose entrypoint is its target, and written as it was', () => {
    const set = { id: a, params: { values: { x: 1.5 } }, replicates: 3 };
    const limits = { timeout_seconds: 5, job_id: 'job', run: 'run', target_data: { observed: [1, 2] } };
    const parsed = read({ aggregate: { ...request, set, ...limits } });
    assert.ok(parsed.ok && parsed.reference === undefined);
    const { message } = parsed;
    assert.equal(message.entrypoint, request.target);
    assert.equal(message.timeout_seconds, 5);
    assert.deepEqual([message.job_id, message.run, message.executor], ['job', 'run', 'cold']);
    assert.equal(String(message.params.values.x), '1.5');
    assert.deepEqual(
      parseMessage(Buffer.from(formatMessage(message))),
      parsed,
      'what is sent is what was read',
    );
  });

  for (const [field, changed, complaint] of [
    ['aggregate.target', { target: 'f' }, /"module:function"/],
    ['aggregate.inputs', { inputs: [] }, /is empty/],
    ['aggregate.inputs[0]', { inputs: ['sims/x'] }, /the key of a result/],
    ['aggregate.inputs[1]', { inputs: [a, a] }, /twice/],
    ['aggregate.bundle_ref', { bundle_ref: 'mymodel:latest' }, /./],
    ['aggregate.results', { results: [] }, /is not a field of a request to aggregate/],
    ['aggregate.set.id', { set: { id: 'x', params: { values: {} }, replicates: 1 } }, /32 hex/],
    ['seed', undefined, /is not a field/],
  ] as const)
    it(`is refused for its ${field}`, () => {
      const parsed = read(
        changed === undefined ? { aggregate: request, seed: 1 } : { aggregate: { ...request, ...changed } },
      );
      assert.ok(!parsed.ok);
      assert.equal(parsed.field, field);
      assert.match(parsed.reason, complaint);
    });

  it('has a result of its own for other results, targets, data and ways to run, whatever the order of results', () => {
    const keys = [
      identities.resultKey(request),
      identities.resultKey({ ...request, inputs: [a] }),
      identities.resultKey({ ...request, target: 'targets.prev:g' }),
      identities.resultKey({ ...request, bundle_ref: `sha256:${'9'.repeat(64)}` }),
      identities.resultKey({ ...request, target_data: parseJson('{"x": 1.0}') }),
      identities.resultKey({ ...request, target_data: parseJson('{"x": 1}') }),
      identities.resultKey(request, { threads: 2 }),
      identities.resultKey(request, { fixedAddresses: true }),
      identities.resultKey(request, { cpuBaseline: 'avx2' }),
    ];
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(identities.resultKey({ ...request, inputs: [`${b}/${a}`, a] }), keys[0]);
  });

  it('has one name in its job whichever results its parameter set has by then', () => {
    const set = { id: a, params: { param_id: '', values: {} }, replicates: 3 };
    const id = identities.id({ ...request, set });
    assert.equal(identities.id({ ...request, set, inputs: [a] }), id);
    assert.notEqual(identities.id({ ...request, set: { ...set, id: b } }), id);
    assert.notEqual(identities.id(request), id);
  });
});

describe('a set of replicates', () => {
  it('is what tasks have in common that differ in their seeds alone', () => {
    const task = { entrypoint: 'models.sir/baseline', params: { param_id: a, values: {} }, seed: 1n };
    assert.equal(setId({ ...task, seed: 2n } as typeof task), setId(task));
    assert.notEqual(setId({ ...task, entrypoint: 'models.sir/other' }), setId(task));
  });

  const task = { bundle_ref: bundleRef, entrypoint: 'a.b/c', params: { values: {} }, seed: 1 };
  it('goes with the message of a task of a run, and with no other', () => {
    const replicate_set = { replicates: 3, targets: ['t:f', 'targets.old/f'], min_replicates: 2 };
    const parsed = read({ ...task, replicate_set, job_id: 'job', run: 'run' });
    assert.ok(parsed.ok && parsed.reference === undefined);
    assert.deepEqual(parsed.message.replicate_set, replicate_set);
    assert.deepEqual(parseMessage(Buffer.from(formatMessage(parsed.message))), parsed);
    const alone = read({ ...task, replicate_set });
    assert.ok(!alone.ok);
    assert.equal(alone.field, 'replicate_set');
  });
});

describe('the name of a result', () => {
  it('says whether it is the first one of its key', () => {
    assert.equal(resultNameOf(`azure://results/sims/aa/${a}/result.json`), a);
    assert.equal(resultNameOf(`azure://results/sims/aa/${a}/results/${b}.json`), `${a}/${b}`);
    assert.throws(() => resultNameOf('azure://results/else.json'), /which result/);
  });
});

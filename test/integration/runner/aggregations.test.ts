import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createFixtureRunner, type FixtureReport } from './run-fixture.js';

const runner = await createFixtureRunner({ standby: { most: 1, unusedMs: 60_000 } });
after(() => runner.close());

const asked = { aggregationId: 'a'.repeat(16), targetData: null, simReturns: [] };
const tables = [{ infected: 29 }, { infected: 33 }];

/** Runs a target of the bundle `has_targets` over two replicates. */
function aggregate(
  target: string,
  { contents = tables.map((table) => JSON.stringify(table)), data = null as unknown } = {},
): Promise<FixtureReport> {
  const bring = async (folder: string) => {
    for (const [index, content] of contents.entries()) writeFileSync(join(folder, String(index)), content);
  };
  const simReturns = contents.map((content, index) => {
    const table = { path: String(index), size: content.length, checksum: 'c', content_type: 'text/plain' };
    return { task_id: `t${index}`, outputs: { table } };
  });
  return runner.run('has_targets', { aggregate: { ...asked, target, targetData: data, simReturns, bring } });
}

const made = ({ outcome, reason, outputs }: FixtureReport) => {
  assert.equal(outcome, 'succeeded', reason);
  return JSON.parse(outputs.aggregation ?? '');
};

describe('an aggregation', () => {
  it('calls a plain target with results as ModelOps gives them, and keeps loss, diagnostics and outputs', async () => {
    const report = await aggregate('targets:distance', { data: { infected: 31 } });
    assert.deepEqual(made(report), {
      aggregation_id: 'a'.repeat(16),
      loss: 4,
      diagnostics: { task_ids: ['t0', 't1'] },
      outputs: {},
      n_replicates: 2,
    });
    assert.equal(report.aggregation?.loss, 4);
    assert.deepEqual(JSON.parse(report.outputs.losses ?? ''), [4, 4]);
    assert.equal(report.attestation?.ordinal, 1);
    assert.equal(report.attestation?.wire?.function, 'targets:distance');
    assert.equal(report.standby, false);
    assert.match(report.logText, /Target: targets:distance of the bundle/);
  });

  for (const [target, loss] of [
    ['targets:mean', 31],
    ['targets/distance', 5],
    ['pkg.goals.Goal:count', 2],
    ['targets:size', JSON.stringify(tables[0]).length + JSON.stringify(tables[1]).length],
  ] as const)
    it(`finds and calls ${target}`, async () => {
      assert.equal(made(await aggregate(target)).loss, loss);
    });

  it('gives outputs that can be written as JSON, as dicts with their content in base64', async () => {
    const { loss, diagnostics } = made(await aggregate('targets:dumped'));
    assert.equal(loss, 2);
    assert.deepEqual(diagnostics.kept, ['checksum', 'content_type', 'inline', 'path', 'size']);
  });

  it('takes outputs far beyond 512 KiB', async () => {
    const infected = `${' '.repeat(3_000_000)}{"infected": 30}`;
    assert.equal(made(await aggregate('targets:distance', { contents: [infected, infected] })).loss, 0);
  });

  for (const [target, outcome, reason] of [
    [
      'targets:not_a_number',
      'invalid-result',
      /The target's result cannot be stored\. The loss is nan: it must be a finite number/,
    ],
    ['targets:endless', 'invalid-result', /The loss is -inf: it must be a finite number/],
    ['targets:text', 'invalid-result', /The loss is '0\.5': it must be a finite number/],
    ['targets:nothing', 'invalid-result', /The loss is of the type NoneType/],
    ['targets:lossless', 'invalid-result', /a dict without 'loss': it has \['score'\]/],
    ['targets:talkative', 'invalid-result', /diagnostics of the target are \d+ bytes of JSON: at most 65536/],
    [
      'targets:unwritable',
      'invalid-result',
      /cannot be written as JSON: Object of type object at \.an object/,
    ],
    ['targets:no_target', 'invalid-result', /returned int, which has no method evaluate/],
    ['targets:raises', 'target-failed', /^The target failed with LookupError: no data for this region$/],
    [
      'targets:absent',
      'target-failed',
      /There is no absent in targets, which the target 'targets:absent' names/,
    ],
    ['targets:not_callable', 'target-failed', /is int, not a function/],
    ['goals:f', 'environment-failed', /^The target cannot be imported: No module named 'goals'/],
    ['targets:exits', 'crashed', /ended with exit code 3/],
  ] as const)
    it(`of ${target} ends as ${outcome}, and says why`, async () => {
      const report = await aggregate(target);
      assert.equal(report.outcome, outcome, report.reason);
      assert.match(report.reason, reason);
      assert.deepEqual(report.artifacts, []);
    });

  it("of Calabaria's style says that polars is missing where it is", async (t) => {
    const report = await aggregate('targets:calabaria');
    if (report.outcome === 'succeeded') return t.skip('polars is installed');
    assert.match(
      report.reason,
      /polars is neither in the bundle's environment nor in the bundle: declare it/,
    );
  });

  it('is told when the results that it is made from cannot be had, and leaves nothing behind', async () => {
    const bring = () => Promise.reject(new Error('The storage is down.'));
    await assert.rejects(
      runner.run('has_targets', { aggregate: { ...asked, target: 'targets:mean', bring } }),
      /The storage is down/,
    );
  });
});

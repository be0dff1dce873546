import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CostRequest } from '../../../src/deployment/cost/cost-request.js';
import { type CostEstimate, estimateCost } from '../../../src/deployment/cost/estimate-cost.js';
import { containerapps, premium, prices } from './cost-examples.js';

const rounded = (of: object) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, Math.round(value * 1e4) / 1e4]));

describe('the cost of a deployment', () => {
  it('with Container Apps is what a person computes by hand', () => {
    const estimate = estimateCost(containerapps, prices);
    // 1000 tasks, 20 at once: 50 rounds of 100 s; then each of the 10 replicas stays 300 s.
    assert.equal(estimate.wallClockSeconds, 5000);
    assert.deepEqual([estimate.workingInstances, estimate.chargedInstances], [10, 10]);
    assert.equal(estimate.tasksGibSeconds, 100_000);
    assert.deepEqual(rounded(estimate.job.usage), {
      vcpuSeconds: 106_000, // 10 × 5300 s × 2 vCPU
      memoryGibSeconds: 212_000,
      storedGibMonths: 23.4375, // 10,000 MiB for 66 + 7 days, 2.4 months
      blobWrites: 7000, // 3 blocks and their list, result, log, outcome
      blobReads: 1000,
      queueOperations: 109_000, // put, get, delete; and four queues looked into every 2 s for 53,000 s
    });
    assert.deepEqual(rounded(estimate.job.money), {
      compute: 12.72, // 10.60 + 2.12
      freeGrant: 0,
      storage: 0.2344,
      transactions: 0.1444, // 0.035 + 0.0004 + 0.109
      registry: 0,
      total: 13.0988,
    });
    assert.deepEqual(rounded(estimate.month.money), {
      compute: 254.4,
      freeGrant: -21.6, // 180,000 × 0.0001 + 360,000 × 0.00001
      storage: 4.6875,
      transactions: 2.888,
      registry: 7.3, // 30 10/24 days
      total: 247.6755,
    });
  });

  it('with Elastic Premium has the instances that are always there, and one kept ready while a job runs', () => {
    const estimate = estimateCost({ ...premium, maximumInstances: 5, tasks: 6, jobsPerMonth: 1 }, prices);
    // 6 tasks, 2 at once on each: 3 instances for 100 s, and 1 beside them.
    assert.deepEqual([estimate.workingInstances, estimate.chargedInstances], [3, 4]);
    assert.equal(estimate.wallClockSeconds, 100);
    assert.equal(estimate.job.usage.vcpuSeconds, 600); // 3 more than is there × 100 s × 2 vCPU
    assert.equal(estimate.job.usage.memoryGibSeconds, 2100);
    assert.equal(Math.round(estimate.job.money.compute * 1e4), 810); // 0.06 + 0.021
    assert.equal(estimate.month.usage.vcpuSeconds, 2_628_000 * 2 + 600);
    // 730 h × (2 × 0.36 + 7 × 0.036) and the job; nothing of it is free.
    assert.equal(Math.round(estimate.month.money.compute * 1e4), 7_095_600 + 810);
    assert.equal(estimate.month.money.freeGrant, 0);
  });

  it('of a month without jobs is that of what is always there', () => {
    const idle = estimateCost({ ...containerapps, jobsPerMonth: 0 }, prices).month;
    assert.equal(idle.money.total, idle.money.registry);
    assert.ok(estimateCost({ ...premium, jobsPerMonth: 0 }, prices).month.money.compute > 700);
  });

  it('never has more free than was used', () => {
    const { money } = estimateCost({ ...containerapps, jobsPerMonth: 1 }, prices).month;
    assert.equal(money.compute + money.freeGrant, 0);
  });

  it('counts what is kept for ever as it is after a year', () => {
    const of = (retentionDays: number) => estimateCost({ ...premium, retentionDays }, prices).month.usage;
    assert.equal(of(0).storedGibMonths, of(365).storedGibMonths);
  });

  it('is refused when its jobs do not fit into a month', () => {
    assert.throws(
      () => estimateCost({ ...premium, jobsPerMonth: 526 }, prices),
      /Cannot estimate: 526 jobs of 1 h 23 min do not fit into a month of 730 h\. Give more --maximum-instances/,
    );
  });
});

describe('every parameter has its effect', () => {
  type Measure = (estimate: CostEstimate) => number;
  const monthly: Measure = ({ month }) => month.money.total;
  const effects: [keyof CostRequest, Partial<CostRequest>, Measure, 'more' | 'less'][] = [
    ['instanceSize', { instanceSize: 'large' }, monthly, 'more'],
    ['minimumInstances', { minimumInstances: 3 }, monthly, 'more'],
    ['maximumInstances', { maximumInstances: 20 }, ({ wallClockSeconds }) => wallClockSeconds, 'less'],
    ['tasksAtOnce', { tasksAtOnce: 3 }, ({ wallClockSeconds }) => wallClockSeconds, 'less'],
    ['tasksAtOnce', { tasksAtOnce: 3 }, monthly, 'less'],
    ['tasks', { tasks: 2000 }, monthly, 'more'],
    ['secondsPerTask', { secondsPerTask: 200 }, monthly, 'more'],
    ['secondsPerTask', { secondsPerTask: 300 }, ({ job }) => job.usage.queueOperations, 'more'],
    ['memoryGibPerTask', { memoryGibPerTask: 1.5 }, ({ tasksGibSeconds }) => tasksGibSeconds, 'more'],
    ['artifactMibPerTask', { artifactMibPerTask: 20 }, monthly, 'more'],
    ['artifactsPerTask', { artifactsPerTask: 8 }, ({ job }) => job.usage.blobWrites, 'more'],
    ['jobsPerMonth', { jobsPerMonth: 30 }, monthly, 'more'],
    ['retentionDays', { retentionDays: 100 }, monthly, 'more'],
  ];
  for (const base of [containerapps, premium])
    for (const [name, change, measure, expected] of effects)
      it(`${base.hosting}: ${name} ${JSON.stringify(change)} makes it ${expected}`, () => {
        const before = measure(estimateCost(base, prices));
        const after = measure(estimateCost({ ...base, ...change }, prices));
        assert.ok(expected === 'more' ? after > before : after < before, `${before} to ${after}`);
      });

  it('and none is left out here but the hosting, which has examples of its own', () => {
    const named = new Set(effects.map(([name]) => name));
    assert.deepEqual(
      Object.keys(containerapps).filter((name) => !named.has(name as keyof CostRequest)),
      ['hosting'],
    );
  });
});

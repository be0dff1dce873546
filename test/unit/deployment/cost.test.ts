import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkRequest } from '../../../src/deployment/cost/check-request.js';
import type { CostRequest } from '../../../src/deployment/cost/cost-request.js';
import { type CostEstimate, estimateCost } from '../../../src/deployment/cost/estimate-cost.js';
import { hostings } from '../../../src/deployment/cost/hostings.js';
import { parameters } from '../../../src/deployment/cost/parameters.js';
import type { Prices } from '../../../src/deployment/cost/prices.js';
import { pricesRemarks } from '../../../src/deployment/cost/prices-remarks.js';
import { ownPrices, readPrices } from '../../../src/deployment/cost/read-prices.js';
import { requestRemarks } from '../../../src/deployment/cost/request-remarks.js';
import { taskRequests } from '../../../src/deployment/cost/task-requests.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { UsageError } from '../../../src/reporting/usage-error.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { bicepParameters } from '../../pages/bicep-parameters.js';

const make = temporaryFolders();
const price = <Unit extends string>(amount: number, unit: Unit) => ({
  amount,
  unit,
  page: 'https://example.com/',
  checked: 'made up for this test',
});
// Round numbers, so that a person can follow.
const prices: Prices = {
  date: '2026-01-01',
  region: 'nowhere',
  currency: 'USD',
  prices: {
    premiumVcpuHour: price(0.36, 'vCPU-hour'),
    premiumMemoryHour: price(0.036, 'GiB-hour'),
    containerAppsVcpuSecond: price(0.0001, 'vCPU-second'),
    containerAppsMemorySecond: price(0.00001, 'GiB-second'),
    blobStored: price(0.01, 'GiB-month'),
    blobWrites: price(0.05, '10000 operations'),
    blobReads: price(0.004, '10000 operations'),
    queueOperations: price(0.01, '10000 operations'),
    registry: price(0.24, 'day'),
  },
  freeEachMonth: {
    containerAppsVcpuSeconds: 180_000,
    containerAppsMemoryGibSeconds: 360_000,
    page: 'https://example.com/',
  },
};
const containerapps: CostRequest = {
  hosting: 'containerapps',
  instanceSize: 'medium',
  minimumInstances: 0,
  maximumInstances: 10,
  tasksAtOnce: 2,
  tasks: 1000,
  secondsPerTask: 100,
  memoryGibPerTask: 1,
  artifactMibPerTask: 10,
  artifactsPerTask: 1,
  jobsPerMonth: 20,
  retentionDays: 66,
};
const premium: CostRequest = { ...containerapps, hosting: 'premium', minimumInstances: 1 };

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
      queueOperations: 56_000, // put, get, delete; and two queues looked into every 2 s for 53,000 s
    });
    assert.deepEqual(rounded(estimate.job.money), {
      compute: 12.72, // 10.60 + 2.12
      freeGrant: 0,
      storage: 0.2344,
      transactions: 0.0914, // 0.035 + 0.0004 + 0.056
      registry: 0,
      total: 13.0458,
    });
    assert.deepEqual(rounded(estimate.month.money), {
      compute: 254.4,
      freeGrant: -21.6, // 180,000 × 0.0001 + 360,000 × 0.00001
      storage: 4.6875,
      transactions: 1.828,
      registry: 7.3, // 30 10/24 days
      total: 246.6155,
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

describe('what cannot be meant is refused', () => {
  const refused: [string, Partial<CostRequest>, RegExp][] = [
    ['premium without an instance', { minimumInstances: 0 }, /--minimum-instances is 0, and hosting premium/],
    ['more always there than at most', { minimumInstances: 11 }, /is 11 and --maximum-instances 10/],
    ['a task of an hour with premium', { secondsPerTask: 3600 }, /3600 s cannot run with hosting premium/],
    ['a task larger than its share', { memoryGibPerTask: 2.9 }, /does not fit: medium \(EP2\) has 7 GiB/],
    ['artifacts without one', { artifactsPerTask: 0 }, /--artifact-mib is above 0 and --artifacts is 0/],
  ];
  for (const [what, change, message] of refused)
    it(what, () => {
      assert.throws(() => checkRequest({ ...premium, ...change }), message);
      assert.throws(() => checkRequest({ ...premium, ...change }), UsageError);
    });

  it('a task of 10 minutes with Container Apps, unless an instance is always there', () => {
    const long = { ...containerapps, secondsPerTask: 600 };
    assert.throws(
      () => checkRequest(long),
      /must be below 600 s\. Give shorter tasks, or --minimum-instances 1/,
    );
    checkRequest({ ...long, minimumInstances: 1 });
  });

  it('while tasks that share processors are a remark', () => {
    assert.deepEqual(requestRemarks(containerapps), []);
    assert.match(
      requestRemarks({ ...containerapps, tasksAtOnce: 3 })[0] ?? '',
      /3 tasks at once share 2 vCPU/,
    );
  });
});

describe('prices', () => {
  it('of this repository are complete, and say what was checked', async () => {
    const own = await readPrices(ownPrices);
    for (const { amount, checked, note } of Object.values(own.prices)) {
      assert.ok(amount > 0);
      // The date of the file is that of the oldest price in it.
      if (checked === null) assert.ok(note);
      else assert.ok(checked.slice(0, 10) >= own.date, checked);
    }
  });

  it('are named as old after 180 days, and as not checked', () => {
    const of = (day: string) => pricesRemarks(prices, 'premium', new Date(day));
    assert.deepEqual(of('2026-06-30T23:59:59Z'), []);
    assert.match(of('2026-07-01T00:00:00Z')[0] ?? '', /^The prices are 181 days old \(2026-01-01\)\./);
    assert.match(of('2025-12-31T00:00:00Z')[0] ?? '', /still to come/);
    const unchecked = {
      ...prices,
      prices: { ...prices.prices, premiumVcpuHour: { ...prices.prices.premiumVcpuHour, checked: null } },
    };
    const on = new Date('2026-01-02');
    assert.deepEqual(pricesRemarks(unchecked, 'premium', on), ['Not checked for nowhere: premiumVcpuHour.']);
    assert.deepEqual(pricesRemarks(unchecked, 'containerapps', on), []);
  });

  const wrong: [string, string, RegExp][] = [
    ['that are not JSON', '{', /Cannot use the prices in .*: it is not JSON/],
    ['without a date', JSON.stringify({ ...prices, date: undefined }), /: date: /],
    [
      'with a price below 0',
      JSON.stringify(prices).replace('0.36', '-1'),
      /prices\.premiumVcpuHour\.amount: /,
    ],
    ['in another unit', JSON.stringify(prices).replace('vCPU-hour', 'vCPU-day'), /premiumVcpuHour\.unit: /],
    [
      'with one that is unknown',
      JSON.stringify(prices).replace('"registry"', '"registrar"'),
      /prices\.registry: /,
    ],
  ];
  for (const [what, text, message] of wrong)
    it(`${what} are refused`, async () => {
      const file = join(await make({ 'prices.json': text }), 'prices.json');
      await assert.rejects(
        readPrices(file),
        (error: Error) => error instanceof UsageError && message.test(error.message),
      );
    });

  it('from a file that is not there are refused', async () => {
    await assert.rejects(
      readPrices('/nowhere/prices.json'),
      /\/nowhere\/prices\.json: there is no such file\./,
    );
  });
});

describe('what the estimate takes from elsewhere', () => {
  const read = (...path: string[]) => readFileSync(join(packageRoot, ...path), 'utf8');
  const main = read('infra', 'main.bicep');

  it('parameters have the defaults and bounds of infra/main.bicep', () => {
    const found = new Map(bicepParameters().map((each) => [each.name, each]));
    for (const [name, ours] of Object.entries(parameters)) {
      const theirs = found.get(name);
      assert.ok(theirs, name);
      if ('allowed' in ours) assert.deepEqual(theirs.allowed, [...ours.allowed], name);
      else assert.deepEqual([theirs.minimum, theirs.maximum], [ours.minimum, ours.maximum], name);
      if (!('default' in ours)) continue;
      const { default: value } = ours;
      const written =
        typeof value === 'object'
          ? `hosting == 'premium' ? ${value.premium} : ${value.containerapps}`
          : typeof value === 'string'
            ? `'${value}'`
            : String(value);
      assert.equal(theirs.default, written, name);
    }
  });

  it('sizes of instances are those of infra/main.bicep', () => {
    const { premium: ep, containerapps: aca } = hostings;
    assert.deepEqual(Object.keys(ep.sizes), [...parameters.instanceSize.allowed]);
    const { small, medium, large } = ep.sizes;
    assert.ok(
      main.includes(`sku: { small: '${small.name}', medium: '${medium.name}', large: '${large.name}' }`),
    );
    assert.ok(main.includes(`${small.memoryGib}, ${medium.memoryGib} or ${large.memoryGib} GB`));
    const of = (what: 'vcpus' | 'memoryGib', unit: string) =>
      Object.entries(aca.sizes)
        .map(([name, size]) => `${name}: '${size[what]}${unit}'`)
        .join(', ');
    assert.ok(main.includes(`cpu: { ${of('vcpus', '')} }`));
    assert.ok(main.includes(`memory: { ${of('memoryGib', 'Gi')} }`));
  });

  it('so are the graces', () => {
    const [some, none] = [hostings.containerapps.graceSeconds(1), hostings.containerapps.graceSeconds(0)];
    const line = `var grace = hosting == 'premium' ? ${hostings.premium.graceSeconds(1)} : minimumInstances > 0 ? ${some} : ${none}`;
    assert.ok(main.includes(line), line);
  });

  it('the queue is looked into as often as host.json says, and deleted blobs are kept as storage.bicep says', () => {
    assert.equal(JSON.parse(read('host.json')).extensions.queues.maxPollingInterval, '00:00:02');
    assert.match(
      read('infra', 'modules', 'storage.bicep'),
      /\bdeleteRetentionPolicy: \{\s+enabled: true\s+days: 7\s/,
    );
  });

  it('a small artifact takes one request, a larger one a request for each 4 MiB and one more', () => {
    assert.deepEqual(taskRequests(60, 1, 1), { blobReads: 1, blobWrites: 4, queueOperations: 3 });
    assert.equal(taskRequests(60, 3, 1).blobWrites, 6);
    assert.equal(taskRequests(60, 1, 4).blobWrites, 4);
    assert.equal(taskRequests(60, 1, 9).blobWrites, 7);
    assert.equal(taskRequests(60, 0, 0).blobWrites, 3);
    assert.equal(taskRequests(900, 1, 1).queueOperations, 6);
  });
});

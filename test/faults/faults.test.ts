import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planCampaign } from './campaign/plan-campaign.js';
import { runCampaign } from './campaign/run-campaign.js';
import { allFaults } from './faults/all-faults.js';

// Short ones of what `npm run test:faults` runs at length: faults that everybody can inject, in tenths of their time.
const tasks = 30;
const scale = 0.1;

const campaigns = [
  ['kill-worker', 'kill-runner', 'lease-lost'],
  ['storage-mixed', 'storage-restart', 'delivered-twice', 'sent-twice'],
];

describe('a job of tasks under faults', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  for (const [seed, names] of campaigns.entries())
    it(`(${names.join(', ')}) has each task end once, and leaves nothing behind`, async () => {
      const faults = allFaults.filter(({ name }) => names.includes(name));
      assert.equal(faults.length, names.length);
      const plan = { ...planCampaign(seed, tasks, faults), faults, instances: 1, batchSize: 4 };
      const { findings, injected, lines } = await runCampaign(plan, { scale });
      assert.deepEqual(findings, [], lines.join('\n'));
      assert.ok(injected.length > 0, 'no fault was injected');
    });
});

import type { CostRequest } from '../../../src/deployment/cost/cost-request.js';
import type { Prices } from '../../../src/deployment/cost/prices.js';

const price = <Unit extends string>(amount: number, unit: Unit) => ({
  amount,
  unit,
  page: 'https://example.com/',
  checked: 'made up for this test',
});
/** Prices to estimate with: round numbers, so that a person can follow. */
export const prices: Prices = {
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

/** A request to estimate with Container Apps. */
export const containerapps: CostRequest = {
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

/** The same with Elastic Premium. */
export const premium: CostRequest = { ...containerapps, hosting: 'premium', minimumInstances: 1 };

import type { CostRequest } from '../../deployment/cost/cost-request.js';
import { type CostEstimate, hoursPerMonth } from '../../deployment/cost/estimate-cost.js';
import { hostings } from '../../deployment/cost/hostings.js';
import type { Money } from '../../deployment/cost/money-for.js';
import { notCounted } from '../../deployment/cost/not-counted.js';
import type { Prices } from '../../deployment/cost/prices.js';
import type { Usage } from '../../deployment/cost/usage.js';
import { counted } from '../../reporting/counted.js';
import { formatDuration } from '../../reporting/format-duration.js';
import { formatTable } from '../terminal/format-table.js';

const usages: [string, keyof Usage][] = [
  ['vCPU-seconds', 'vcpuSeconds'],
  ['GiB-seconds', 'memoryGibSeconds'],
  ['GiB-months stored', 'storedGibMonths'],
  ['blobs written', 'blobWrites'],
  ['blobs read', 'blobReads'],
  ['queue operations', 'queueOperations'],
];
const moneys: [string, keyof Money][] = [
  ['instances', 'compute'],
  ['free each month', 'freeGrant'],
  ['storage', 'storage'],
  ['storage requests', 'transactions'],
  ['registry', 'registry'],
  ['total', 'total'],
];

/** The estimate for people. */
export function showCost(request: CostRequest, estimate: CostEstimate, prices: Prices): string {
  const { currency, date, region } = prices;
  const size = hostings[request.hosting].sizes[request.instanceSize];
  const { job, month } = estimate;
  const rows = [
    ...usages.map(([name, key]) => [name, amount(job.usage[key]), amount(month.usage[key])]),
    ...moneys.map(([name, key]) => [
      `${name}, ${currency}`,
      job.money[key].toFixed(2),
      month.money[key].toFixed(2),
    ]),
  ];
  return [
    `An estimate, from list prices in ${currency} for ${region} of ${date}; not an offer.`,
    '',
    `${request.hosting}, ${request.instanceSize} (${size.name}: ${size.vcpus} vCPU, ${size.memoryGib} GiB), ${request.minimumInstances} to ${counted(request.maximumInstances, 'instance')}, ${counted(request.tasksAtOnce, 'task')} at once on each`,
    `A job: ${counted(request.tasks, 'task')} of ${formatDuration(request.secondsPerTask)}, about ${formatDuration(estimate.wallClockSeconds)} on ${counted(estimate.workingInstances, 'instance')}${shareOf(request, estimate)}`,
    '',
    formatTable(['', 'a job adds', `a month of ${counted(request.jobsPerMonth, 'job')}`], rows),
    '',
    `The month of ${hoursPerMonth} h has the instances that are always there; what is stored is as it is once the oldest is deleted${request.retentionDays === 0 ? ', or after a year, since nothing is' : ''}.`,
    notCounted,
  ].join('\n');
}

/** What is charged for instances besides those that take tasks. */
function shareOf({ hosting }: CostRequest, { chargedInstances, workingInstances }: CostEstimate): string {
  const { coolDownSeconds } = hostings[hosting];
  const spare = chargedInstances - workingInstances;
  if (spare > 0) return `, and ${spare} that is kept ready`;
  return coolDownSeconds > 0 ? `, which stay ${formatDuration(coolDownSeconds)} longer` : '';
}

function amount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 2 : 0 });
}

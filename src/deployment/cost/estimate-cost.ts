import { formatDuration } from '../../reporting/format-duration.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CostRequest } from './cost-request.js';
import { hostings } from './hostings.js';
import { type Money, moneyFor } from './money-for.js';
import type { Prices } from './prices.js';
import { taskRequests } from './task-requests.js';
import type { Usage } from './usage.js';

export const hoursPerMonth = 730;
const daysPerMonth = hoursPerMonth / 24;
const secondsPerMonth = hoursPerMonth * 3600;
/** `maxPollingInterval` in host.json: how often an instance looks into a queue that is empty. */
const pollingSeconds = 2;
/** The queue of the tasks, that of large jobs, and their poison queues. */
const queues = 4;
/** Days for which Azure keeps a deleted blob, as infra/modules/storage.bicep asks. */
const softDeleteDays = 7;
/** What is kept for ever is counted as it is after a year. */
const daysWithoutEnd = 365;

export interface CostEstimate {
  /** Instances that take tasks of a job, and those that are charged meanwhile. */
  workingInstances: number;
  chargedInstances: number;
  /** How long a job takes when every task takes as long as was said, and every instance is there at once. */
  wallClockSeconds: number;
  /** What the tasks themselves use of the memory that is charged. */
  tasksGibSeconds: number;
  /** What a job adds to the instances that are always there, at list prices. */
  job: { usage: Usage; money: Money };
  /** All jobs of a month, the instances that are always there, and the registry, less what is free. */
  month: { usage: Usage; money: Money };
}

/**
 * What a deployment and its jobs use, and what that costs.
 *
 * @throws UsageError when a month has too little time for its jobs
 */
export function estimateCost(request: CostRequest, prices: Prices): CostEstimate {
  const { tasks, tasksAtOnce, secondsPerTask, minimumInstances, maximumInstances, jobsPerMonth } = request;
  const hosting = hostings[request.hosting];
  const size = hosting.sizes[request.instanceSize];

  const wanted = Math.ceil(tasks / tasksAtOnce);
  const workingInstances = Math.min(maximumInstances, Math.max(minimumInstances, wanted));
  const chargedInstances = Math.min(maximumInstances, workingInstances + hosting.prewarmed);
  const wallClockSeconds = Math.ceil(tasks / (workingInstances * tasksAtOnce)) * secondsPerTask;
  if (jobsPerMonth * wallClockSeconds > secondsPerMonth)
    throw new UsageError(
      `Cannot estimate: ${jobsPerMonth} jobs of ${formatDuration(wallClockSeconds)} do not fit into a month of ${hoursPerMonth} h. Give more --maximum-instances or fewer --jobs-per-month.`,
    );

  const added = (chargedInstances - minimumInstances) * (wallClockSeconds + hosting.coolDownSeconds);
  const always = minimumInstances * secondsPerMonth;
  const ofTask = taskRequests(secondsPerTask, request.artifactsPerTask, request.artifactMibPerTask);
  const keptMonths = ((request.retentionDays || daysWithoutEnd) + softDeleteDays) / daysPerMonth;
  const usageOf = (instanceSeconds: number, count: number): Usage => ({
    vcpuSeconds: instanceSeconds * size.vcpus,
    memoryGibSeconds: instanceSeconds * size.memoryGib,
    storedGibMonths: ((count * request.artifactMibPerTask) / 1024) * keptMonths,
    blobWrites: count * ofTask.blobWrites,
    blobReads: count * ofTask.blobReads,
    queueOperations: count * ofTask.queueOperations + (instanceSeconds / pollingSeconds) * queues,
  });
  const job = usageOf(added, tasks);
  const month = usageOf(always + jobsPerMonth * added, jobsPerMonth * tasks);
  return {
    workingInstances,
    chargedInstances,
    wallClockSeconds,
    tasksGibSeconds: tasks * secondsPerTask * request.memoryGibPerTask,
    job: { usage: job, money: moneyFor(request.hosting, job, prices) },
    month: { usage: month, money: moneyFor(request.hosting, month, prices, daysPerMonth) },
  };
}

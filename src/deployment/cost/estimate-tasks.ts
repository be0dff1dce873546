import { UsageError } from '../../reporting/usage-error.js';
import { checkRequest } from './check-request.js';
import type { CostRequest } from './cost-request.js';
import { type CostEstimate, estimateCost } from './estimate-cost.js';
import { ownPrices } from './own-prices.js';
import { parameters } from './parameters.js';
import type { Prices } from './prices.js';
import { readPrices } from './read-prices.js';

export type TasksEstimate =
  | { request: CostRequest; estimate: CostEstimate; prices: Prices; why?: undefined }
  /** Why there is none, a sentence. */
  | { why: string };

/** How long some tasks take, and what they cost, in a deployment with the defaults of `deploy up`. */
export async function estimateTasks(tasks: number, secondsPerTask: number): Promise<TasksEstimate> {
  const hosting = parameters.hosting.default;
  const request: CostRequest = {
    hosting,
    instanceSize: parameters.instanceSize.default,
    minimumInstances: parameters.minimumInstances.default[hosting],
    maximumInstances: parameters.maximumInstances.default,
    tasksAtOnce: parameters.tasksAtOnce.default,
    tasks,
    secondsPerTask,
    memoryGibPerTask: 0.5,
    artifactMibPerTask: 1,
    artifactsPerTask: 1,
    jobsPerMonth: 1,
    retentionDays: parameters.resultsRetentionDays.default,
  };
  try {
    checkRequest(request);
    const prices = await readPrices(ownPrices);
    return { request, prices, estimate: estimateCost(request, prices) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { why: error.message };
  }
}

import { UsageError } from '../../reporting/usage-error.js';
import type { CostRequest } from './cost-request.js';
import { hostings } from './hostings.js';

/** What the app leaves free of an instance's memory by itself. */
export const memoryShare = 0.8;

/**
 * Refuses what could not be deployed, or not run there.
 *
 * @throws UsageError
 */
export function checkRequest(request: CostRequest): void {
  const { hosting: name, minimumInstances, maximumInstances, tasksAtOnce } = request;
  const hosting = hostings[name];
  const size = hosting.sizes[request.instanceSize];
  if (minimumInstances < hosting.fewestInstances)
    throw new UsageError(
      `Cannot estimate: --minimum-instances is ${minimumInstances}, and hosting ${name} has at least ${hosting.fewestInstances} always there. Give ${hosting.fewestInstances}, or --hosting containerapps.`,
    );
  if (minimumInstances > maximumInstances)
    throw new UsageError(
      `Cannot estimate: --minimum-instances is ${minimumInstances} and --maximum-instances ${maximumInstances}. The first must not be above the second.`,
    );
  const grace = hosting.graceSeconds(minimumInstances);
  if (request.secondsPerTask >= grace)
    throw new UsageError(
      `Cannot estimate: a task of ${request.secondsPerTask} s cannot run with hosting ${name} and ${minimumInstances} instances always there: an invocation must be below ${grace} s. Give shorter tasks${name === 'premium' ? ', or --hosting containerapps --minimum-instances 1' : grace === 600 ? ', or --minimum-instances 1' : ''}.`,
    );
  const memoryGib = (size.memoryGib * memoryShare) / tasksAtOnce;
  if (request.memoryGibPerTask > memoryGib)
    throw new UsageError(
      `Cannot estimate: a task of ${request.memoryGibPerTask} GiB does not fit: ${request.instanceSize} (${size.name}) has ${size.memoryGib} GiB, of which ${tasksAtOnce} at once may take ${memoryGib.toFixed(2)} GiB each. Give a larger --instance-size, or fewer --tasks-at-once.`,
    );
  if (request.artifactsPerTask === 0 && request.artifactMibPerTask > 0)
    throw new UsageError(
      'Cannot estimate: --artifact-mib is above 0 and --artifacts is 0. A task that stores something has at least 1 artifact.',
    );
}

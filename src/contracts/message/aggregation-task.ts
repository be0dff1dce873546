import { limitsOf } from '../bundle/limits-of.js';
import { paramId } from '../identities/param-id.js';
import type { AggregateRequest } from './aggregate-request.js';
import type { TaskMessage } from './task-message.js';

/** A request to aggregate as the task that it is to whatever handles tasks: its target is its entrypoint, and it has no seed of its own. */
export function aggregationTask(request: AggregateRequest): TaskMessage {
  const { target, bundle_ref, set, job_id: jobId, run, attempt, traceparent } = request;
  return {
    bundle_ref,
    entrypoint: target,
    params: set?.params ?? { param_id: paramId({}), values: {} },
    seed: 0n,
    ...limitsOf(request),
    ...(jobId !== undefined && { job_id: jobId }),
    ...(run !== undefined && { run }),
    executor: 'cold',
    aggregate: request,
    ...(attempt !== undefined && { attempt }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

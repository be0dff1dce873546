import type { Attributes } from '@opentelemetry/api';
import { stringifyJson } from '../contracts/json/stringify-json.js';
import type { Observation } from '../simulation/observation.js';

/** As much as Application Insights keeps of one attribute, in characters. */
const longest = 8_192;

/**
 * What an observation's span and its line say of it: names, outcomes and figures. Of what a task computes with, and of what a
 * simulation says, nothing unless it is asked for; never anything of a task's `env` or `config`.
 *
 * @param values whether it is asked for
 */
export function observationAttributes(observation: Observation, values: boolean): Attributes {
  const { invocation, ended, delivery } = observation;
  const result = 'result' in ended ? ended.result : undefined;
  const ran = result?.ran;
  return {
    'messaging.message.id': delivery.messageId,
    ...(invocation && {
      'modelops.job.id': invocation.jobRun.jobId,
      'modelops.run.id': invocation.jobRun.run,
      'modelops.task.id': invocation.taskId,
      'modelops.task.attempt': invocation.attempt,
      'modelops.task.deliveries': invocation.deliveries,
      'modelops.task.queue_wait_seconds': invocation.queuedMs / 1000,
      'modelops.param.id': invocation.task.params.param_id,
      'modelops.bundle.ref': invocation.task.bundle_ref,
      'modelops.entrypoint.path': invocation.task.entrypoint.split('/')[0] ?? '',
      'modelops.executor': ran?.executor ?? invocation.executor,
    }),
    ...(result && { 'modelops.outcome': result.outcome, 'modelops.cached': result.cached }),
    ...(result?.leak !== undefined && { 'modelops.leak': true }),
    ...(ran && {
      'modelops.standby': ran.metrics.standby === 1,
      ...(ran.startMethod && { 'modelops.start_method': ran.startMethod }),
      'modelops.task.overhead_seconds': ran.metrics.overhead_seconds,
      'modelops.task.run_seconds': ran.metrics.execution_duration,
      'modelops.task.cpu_seconds': ran.metrics.cpu_seconds,
      'modelops.task.peak_memory_bytes': ran.metrics.peak_memory_bytes,
    }),
    ...ofError(errorType(observation)),
    ...(values &&
      invocation && {
        ...valuesOf(invocation.task),
        'modelops.error.message': ran?.errorMessage?.slice(0, longest),
      }),
  };
}

function valuesOf({ params, seed, entrypoint }: NonNullable<Observation['invocation']>['task']): Attributes {
  return {
    'modelops.params': stringifyJson(params.values).slice(0, longest),
    'modelops.seed': String(seed),
    'modelops.entrypoint': entrypoint,
  };
}

/** Twice: the standard attribute, which Application Insights leaves out, and our own. */
function ofError(type: string | undefined): Attributes {
  return type === undefined ? {} : { 'error.type': type, 'modelops.error.type': type };
}

function errorType({ ended }: Observation): string | undefined {
  if ('error' in ended) return ended.error instanceof Error ? ended.error.name : typeof ended.error;
  const { outcome, ran } = ended.result;
  if (outcome === 'succeeded') return undefined;
  // A simulation may call its error whatever it likes: only what looks like the name of a class is one.
  return /^[A-Za-z_][\w.]{0,99}$/.test(ran?.errorType ?? '') ? ran?.errorType : outcome;
}

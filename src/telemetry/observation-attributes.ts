import type { Attributes } from '@opentelemetry/api';
import { stringifyJson } from '../contracts/json/stringify-json.js';
import type { Passage } from '../simulation/passage.js';

/** As much as Application Insights keeps of one attribute, in characters. */
const longest = 8_192;

/**
 * What a passage's span and its line say of it: names, outcomes and figures. Of what a task computes with, and of what a
 * simulation says, nothing unless it is asked for; never anything of a task's `env` or `config`.
 *
 * @param values whether it is asked for
 */
export function passageAttributes(passage: Passage, values: boolean): Attributes {
  const { hand, ended, delivery } = passage;
  const handled = 'handled' in ended ? ended.handled : undefined;
  const ran = handled?.ran;
  return {
    'messaging.message.id': delivery.messageId,
    ...(hand && {
      'modelops.job.id': hand.of.jobId,
      'modelops.run.id': hand.of.run,
      'modelops.task.id': hand.taskId,
      'modelops.task.attempt': hand.attempt,
      'modelops.task.deliveries': hand.deliveries,
      'modelops.task.queue_wait_seconds': hand.queuedMs / 1000,
      'modelops.param.id': hand.task.params.param_id,
      'modelops.bundle.ref': hand.task.bundle_ref,
      'modelops.entrypoint.path': hand.task.entrypoint.split('/')[0] ?? '',
      'modelops.executor': ran?.executor ?? hand.executor,
    }),
    ...(handled && { 'modelops.outcome': handled.outcome, 'modelops.cached': handled.cached }),
    ...(ran && {
      'modelops.standby': ran.metrics.standby === 1,
      ...(ran.startMethod && { 'modelops.start_method': ran.startMethod }),
      'modelops.task.overhead_seconds': ran.metrics.overhead_seconds,
      'modelops.task.run_seconds': ran.metrics.execution_duration,
      'modelops.task.cpu_seconds': ran.metrics.cpu_seconds,
      'modelops.task.peak_memory_bytes': ran.metrics.peak_memory_bytes,
    }),
    ...ofError(errorType(passage)),
    ...(values &&
      hand && { ...valuesOf(hand.task), 'modelops.error.message': ran?.errorMessage?.slice(0, longest) }),
  };
}

function valuesOf({ params, seed, entrypoint }: NonNullable<Passage['hand']>['task']): Attributes {
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

function errorType({ ended }: Passage): string | undefined {
  if ('error' in ended) return ended.error instanceof Error ? ended.error.name : typeof ended.error;
  const { outcome, ran } = ended.handled;
  if (outcome === 'succeeded') return undefined;
  // A simulation may call its error whatever it likes: only what looks like the name of a class is one.
  return /^[A-Za-z_][\w.]{0,99}$/.test(ran?.errorType ?? '') ? ran?.errorType : outcome;
}

import { stringifyJson } from '../json/stringify-json.js';
import type { TaskMessage } from './task-message.js';

/** A message as JSON for the queue, its numbers with their own text. */
export function formatMessage(message: TaskMessage): string {
  if (message.aggregate) return stringifyJson({ aggregate: message.aggregate });
  const { bundle_ref, entrypoint, params, seed, outputs, config, env, timeout_seconds, memory_bytes } =
    message;
  const { job_id, run, executor, no_cache, check, attempt, traceparent } = message;
  const { stop_after_failures, stop_set_after_failures, replicate_set } = message;
  const task = { bundle_ref, entrypoint, params, seed, outputs, config, env, timeout_seconds, memory_bytes };
  const ofSet = { stop_after_failures, stop_set_after_failures, replicate_set };
  return stringifyJson({ ...task, job_id, run, executor, no_cache, ...ofSet, check, attempt, traceparent });
}

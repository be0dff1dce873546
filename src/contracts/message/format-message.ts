import { stringifyJson } from '../json/stringify-json.js';
import type { TaskMessage } from './task-message.js';

/** A message as JSON for the queue, its numbers with their own text. */
export function formatMessage(message: TaskMessage): string {
  const { bundle_ref, entrypoint, params, seed, outputs, config, env } = message;
  const { job_id, run, executor, no_cache, check, attempt, traceparent } = message;
  const task = { bundle_ref, entrypoint, params, seed, outputs, config, env };
  return stringifyJson({ ...task, job_id, run, executor, no_cache, check, attempt, traceparent });
}

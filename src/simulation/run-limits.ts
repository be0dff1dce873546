import type { BundleMetadata } from '../contracts/bundle/bundle-metadata.js';
import type { TaskLimits } from '../contracts/bundle/task-limits.js';
import type { RunRequest } from './ports.js';

type Limits = Pick<RunRequest, 'timeoutMs' | 'timeoutSetBy' | 'memoryLimitBytes' | 'memorySetBy' | 'threads'>;

/**
 * What a task may take, and who says so: it or its run, else its bundle where that says less than the app, else the app. Threads are
 * the bundle's where it names them.
 *
 * @param own of the task; one that asks for more than its app allows does not come this far
 */
export function runLimits(app: Limits, bundle: BundleMetadata, own: TaskLimits): Limits {
  return {
    ...timeout(app, bundle, own),
    ...memory(app, bundle, own),
    threads: bundle.threads ?? app.threads,
  };
}

function timeout(
  { timeoutMs, timeoutSetBy }: Limits,
  { timeout_seconds: ofBundle }: BundleMetadata,
  { timeout_seconds: own }: TaskLimits,
): Pick<Limits, 'timeoutMs' | 'timeoutSetBy'> {
  if (own !== undefined)
    return { timeoutMs: own * 1000, timeoutSetBy: "the task's own timeout_seconds, or --timeout" };
  if (ofBundle !== undefined && ofBundle * 1000 <= timeoutMs)
    return { timeoutMs: ofBundle * 1000, timeoutSetBy: "the bundle's timeout_seconds" };
  return { timeoutMs, ...(timeoutSetBy !== undefined && { timeoutSetBy }) };
}

function memory(
  { memoryLimitBytes, memorySetBy }: Limits,
  { memory_bytes: ofBundle }: BundleMetadata,
  { memory_bytes: own }: TaskLimits,
): Pick<Limits, 'memoryLimitBytes' | 'memorySetBy'> {
  if (own !== undefined)
    return { memoryLimitBytes: own, memorySetBy: "the task's own memory_bytes, or --memory" };
  if (ofBundle !== undefined && ofBundle <= memoryLimitBytes)
    return { memoryLimitBytes: ofBundle, memorySetBy: "the bundle's memory_bytes" };
  return { memoryLimitBytes, ...(memorySetBy !== undefined && { memorySetBy }) };
}

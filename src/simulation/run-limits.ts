import type { BundleMetadata } from '../contracts/bundle/bundle-metadata.js';
import type { RunRequest } from './ports.js';

type Limits = Pick<RunRequest, 'timeoutMs' | 'timeoutSetBy' | 'memoryLimitBytes' | 'threads'>;

/** What a task of a bundle may take: the app's limits, or the bundle's own where they are lower; its threads always. */
export function runLimits(app: Limits, bundle: BundleMetadata): Limits {
  const {
    timeout_seconds: seconds = Number.POSITIVE_INFINITY,
    memory_bytes: bytes = Number.POSITIVE_INFINITY,
    threads = app.threads,
  } = bundle;
  return {
    timeoutMs: Math.min(app.timeoutMs, seconds * 1000),
    ...(app.timeoutSetBy !== undefined && { timeoutSetBy: app.timeoutSetBy }),
    memoryLimitBytes: Math.min(app.memoryLimitBytes, bytes),
    threads,
  };
}

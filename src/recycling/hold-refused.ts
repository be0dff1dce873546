import { leavesInFlightHanging } from './leaves-in-flight-hanging.js';

/**
 * Why this worker must not exit with invocations in flight; empty when it may.
 *
 * @param hostVersion for example `4.1048.0.0`
 */
export function holdRefused(
  hostVersion: string,
  queues: { newBatchThreshold: number; maxDequeueCount: number },
): string {
  if (leavesInFlightHanging(hostVersion)) {
    return `the host is ${hostVersion}, and only from 4.1048 on can a worker be replaced while the queue is full`;
  }
  if (queues.newBatchThreshold > 0) {
    return `newBatchThreshold in host.json is ${queues.newBatchThreshold}, and only with 0 can a worker be replaced while the queue is full`;
  }
  if (queues.maxDequeueCount < 2) {
    return 'maxDequeueCount in host.json is 1, so that every delivery is the last one, which must be answered';
  }
  return '';
}

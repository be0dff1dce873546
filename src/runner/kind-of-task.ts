import { stringify } from 'lossless-json';
import type { RunRequest } from '../simulation/ports.js';
import { hashSeedInForce } from './hash-seed-in-force.js';

/**
 * Tasks of one kind can run in each other's process: all that a process is started with is the same. The bundle's own
 * variables go with its digest, and those of the app are the same for every task of an executor.
 */
export function kindOfTask(request: RunRequest): string {
  const { bundle, environment, memoryLimitBytes, threads, task } = request;
  const { fixedAddresses = false, cpuBaseline = 'native' } = request;
  const settings = stringify({ config: task.config ?? null, env: task.env ?? null });
  return `${bundle.digest} ${environment.python} ${memoryLimitBytes} ${threads} ${hashSeedInForce(request)} ${fixedAddresses} ${cpuBaseline} ${settings}`;
}

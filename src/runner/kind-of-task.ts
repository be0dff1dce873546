import { stringify } from 'lossless-json';
import type { RunRequest } from '../simulation/ports.js';

/** Tasks of one kind can run in each other's process: all that a process is started with is the same. */
export function kindOfTask({ bundle, environment, memoryLimitBytes, task }: RunRequest): string {
  const settings = stringify({ config: task.config ?? null, env: task.env ?? null });
  return `${bundle.digest} ${environment.python} ${memoryLimitBytes} ${settings}`;
}

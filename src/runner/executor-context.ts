import { randomUUID } from 'node:crypto';
import type { RunRequest } from '../simulation/ports.js';
import type { Supervisor } from './supervisor.js';
import type { WorkerFolder } from './worker-folder.js';

/** What every kind of executor works with. */
export interface ExecutorContext {
  supervisor(): Supervisor;
  folder: WorkerFolder;
  threadsPerTask: number;
  graceMs: number;
}

/** A name that no other process of the supervisor has. */
export const processName = (): string => randomUUID();

/** ModelOps' line, with which every log begins. */
export function logHead(pid: number, { task }: RunRequest): string {
  return `PID ${pid}: Starting task ${task.params.param_id.slice(0, 8)}-seed${task.seed}`;
}

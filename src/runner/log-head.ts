import type { SimTask } from '../contracts/sim-task.js';

/** ModelOps' line, with which every log begins. */
export function logHead(pid: number, task: SimTask): string {
  return `PID ${pid}: Starting task ${task.params.param_id.slice(0, 8)}-seed${task.seed}`;
}

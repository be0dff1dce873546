import type { RunRequest } from '../../simulation/ports.js';

/** ModelOps' line, with which every log begins, and what of the bundle is not taken into account. */
export function logHead(
  pid: number,
  { task, bundle, aggregate }: Pick<RunRequest, 'task' | 'bundle' | 'aggregate'>,
): string {
  const which = aggregate ? 'aggregation' : `seed${task.seed}`;
  const starting = `PID ${pid}: Starting task ${task.params.param_id.slice(0, 8)}-${which}`;
  return [starting, ...bundle.remarks].join('\n');
}

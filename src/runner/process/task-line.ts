import { stringify } from 'lossless-json';
import type { RunRequest } from '../../simulation/ports.js';
import { wireLine } from './wire-line.js';

/** The task as the runner reads it: one line of JSON in which every number has the text that its sender wrote. */
export function taskLine(
  {
    task,
    bundle,
    check,
    aggregate,
    environment,
  }: Pick<RunRequest, 'task' | 'bundle' | 'check' | 'aggregate'> & {
    environment: Pick<RunRequest['environment'], 'project'>;
  },
  place: { bundle: string; artifacts: string; inputs?: string; env?: Record<string, string> },
): string {
  const line = stringify({
    entrypoint: task.entrypoint,
    params: task.params.values,
    seed: task.seed,
    bundle: place.bundle,
    wire: wireLine({ bundle, environment }),
    artifacts: place.artifacts,
    outputs: task.outputs ?? null,
    env: place.env ?? null,
    check: check ?? null,
    aggregate: aggregate ? { target: aggregate.target, inputs: place.inputs ?? null } : null,
  });
  if (line === undefined) throw new Error('Cannot write the task as JSON.');
  return line;
}

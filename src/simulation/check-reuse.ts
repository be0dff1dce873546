import { newAttempt } from './new-attempt.js';
import type { RunReport, RunRequest } from './ports.js';
import type { SimulationContext } from './simulation-context.js';

/**
 * Runs a task again that ran in a reused or forked process, in a fresh one, and compares. Where they differ a second fresh one tells whether
 * the task is reproducible at all: chance is no leak.
 *
 * @returns what was found, one sentence; undefined when nothing was
 */
export async function checkReuse(
  context: SimulationContext,
  request: RunRequest,
  reused: RunReport,
  taskId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const cold = () => context.executor.run({ ...request, attempt: newAttempt(), executor: 'cold' }, signal);
  const first = await cold();
  try {
    if (signal.aborted || first.outcome === 'cancelled' || isSame(reused, first)) return undefined;
    const second = await cold();
    try {
      if (second.outcome === 'cancelled') return undefined;
      if (!isSame(first, second)) {
        console.warn(
          `Task ${taskId} of bundle ${request.bundle.digest} returns something else each time, in fresh processes, too: what reuse does to it cannot be told.`,
        );
        return undefined;
      }
    } finally {
      await second.dispose();
    }
    return `Bundle ${request.bundle.digest} leaks state from task to task: task ${taskId} ${inWhat(reused, first)} in a reused process (${request.executor}) otherwise than in two fresh ones, which agree. Its tasks run cold in this app from now on.`;
  } finally {
    await first.dispose();
  }
}

function isSame(one: RunReport, other: RunReport): boolean {
  return (
    one.outcome === other.outcome &&
    one.artifacts.length === other.artifacts.length &&
    one.artifacts.every(({ name, blake2b256 }) => digestOf(other, name) === blake2b256)
  );
}

function inWhat(reused: RunReport, cold: RunReport): string {
  if (reused.outcome !== cold.outcome) return `ended as ${reused.outcome}, and not as ${cold.outcome},`;
  const names = [...new Set([...reused.artifacts, ...cold.artifacts].map(({ name }) => name))];
  const [first, ...others] = names.filter((name) => digestOf(reused, name) !== digestOf(cold, name));
  return `returned "${first}"${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

function digestOf({ artifacts }: RunReport, name: string): string | undefined {
  return artifacts.find((artifact) => artifact.name === name)?.blake2b256;
}

import { newAttempt } from './new-attempt.js';
import type { RunReport, RunRequest } from './ports.js';
import type { SimulationContext } from './simulation-context.js';

/** How a fresh process ends that had less room, or has to import what the reused one had imported: none of it tells of an answer. */
const saysNothing: readonly RunReport['outcome'][] = ['timed-out', 'out-of-memory', 'environment-failed'];

/**
 * Runs a task again that ran in a reused or forked process, in a fresh one, and compares. Where they differ a second fresh one tells whether
 * the task is reproducible at all: chance is no leak.
 *
 * @param unkillable gets the processes of the fresh runs that could not be killed, also when it throws
 * @returns what was found, one sentence; undefined when nothing was
 * @throws when a fresh run was ended before it could tell
 */
export async function checkReuse(
  context: SimulationContext,
  request: RunRequest,
  reused: RunReport,
  taskId: string,
  unkillable: number[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const cold = async () => {
    const report = await context.executor.run(
      { ...request, attempt: newAttempt(), executor: 'cold' },
      signal,
    );
    unkillable.push(...report.leftovers.unkillable);
    if (report.outcome !== 'cancelled') return report;
    await report.dispose();
    throw new Error(
      `Cannot tell whether task ${taskId} is right in a reused process: the fresh one that was to tell was ended.`,
    );
  };
  const first = await cold();
  try {
    if (isSame(reused, first)) return undefined;
    if (tellsNothing(first)) return undefined;
    const second = await cold();
    try {
      if (tellsNothing(second)) return undefined;
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

  function tellsNothing({ outcome, reason }: RunReport): boolean {
    if (reused.outcome !== 'succeeded' || !saysNothing.includes(outcome)) return false;
    console.warn(
      `Task ${taskId} of bundle ${request.bundle.digest} succeeded in a reused process (${request.executor}), and a fresh one ended as ${outcome}: ${reason} What reuse does to it cannot be told.`,
    );
    return true;
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

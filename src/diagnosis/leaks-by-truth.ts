import type { Truth } from './find-truth.js';

/** Why a task that differs is neither called a leak nor not reproducible, a sentence and what to do. */
export interface UnsureTask {
  task_id: string;
  why: string;
}

/** Which of tasks whose stored results differ have leaked: those that return the same twice in fresh processes. */
export function leaksByTruth(
  ids: string[],
  { notReproducible, leftOut }: Pick<Truth, 'notReproducible' | 'leftOut'>,
): { leaked: string[]; unsure: UnsureTask[] } {
  const ended = new Map(leftOut.map(({ task, why }) => [task, why.replace(/\.$/, '')]));
  const drawn = new Set(notReproducible.map(({ task }) => task));
  return {
    leaked: ids.filter((_, index) => !ended.has(index) && !drawn.has(index)),
    unsure: ids.flatMap((task_id, index) => {
      const how = ended.get(index);
      if (how === undefined) return [];
      return [
        {
          task_id,
          why: `In a fresh process of this machine it ends without a result, each time (${how}), so that there is nothing to compare with: \`mops-cold run\` with its parameters shows its log.`,
        },
      ];
    }),
  };
}

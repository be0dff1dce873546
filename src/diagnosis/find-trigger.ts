import { paramId } from '../contracts/identities/param-id.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import type { Trigger } from './diagnosis.js';
import type { Shortest } from './find-shortest.js';
import type { Laboratory } from './laboratory.js';

const mostRepeats = 32;
const largestSeed = 2n ** 64n;

/**
 * Finds out what of the tasks before it makes a task wrong, by leaving the rest the same.
 *
 * @param tasksBefore how many had run where it was first seen: mere count is tried with as many
 */
export async function findTrigger(
  laboratory: Laboratory,
  { before, victim, right }: Shortest,
  tasksBefore: number,
): Promise<Trigger> {
  const repeats = Math.min(Math.max(tasksBefore, before.length, 2), mostRepeats);
  const others = before.filter(({ params }) => paramId(params.values) !== paramId(victim.params.values));
  const sequences: Record<'count' | 'seeds' | 'parameters', SimTask[]> = {
    count: Array<SimTask>(repeats).fill(victim),
    seeds: Array.from({ length: repeats }, (_, index) => ({
      ...victim,
      seed: (victim.seed + BigInt(index) + 1n) % largestSeed,
    })),
    parameters: others.map((task) => ({ ...task, seed: victim.seed })),
  };
  const tries: Trigger['tries'] = [];
  // In turn: whoever asked for one process at a time may have memory for no more.
  for (const what of ['count', 'seeds', 'parameters'] as const) {
    const some = sequences[what];
    if (some.length === 0) continue;
    const wrong = await laboratory.lastIsWrong([...some, victim], right);
    tries.push({ what, tasks: some.length, wrong });
  }
  const kind = tries.find(({ wrong }) => wrong)?.what ?? 'both';
  const reordered = before.length > 1 ? [...before].reverse() : undefined;
  return {
    kind,
    ...(reordered && {
      order_matters: !(await laboratory.lastIsWrong([...reordered, victim], right)),
    }),
    tries,
  };
}

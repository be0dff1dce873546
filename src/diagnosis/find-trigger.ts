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
  const tries = await Promise.all(
    (['count', 'seeds', 'parameters'] as const)
      .filter((what) => sequences[what].length > 0)
      .map(async (what) => ({
        what,
        tasks: sequences[what].length,
        wrong: await laboratory.lastIsWrong([...sequences[what], victim], right),
      })),
  );
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

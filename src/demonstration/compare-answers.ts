import type { Answer } from './read-answers.js';

/** One parameter set, as fresh processes and one reused process answered it. */
export interface ComparedSet {
  parameters: string;
  /** Which tasks of the reused process it was: its ordinals, in order. */
  ordinals: number[];
  /** One for each replicate, cold and warm in the same order. */
  coldRates: number[];
  warmRates: number[];
  /** Every output of every replicate is the same, byte for byte. */
  same: boolean;
}

/** The parameter sets in the order in which the reused process met them. */
export function compareAnswers(cold: Answer[], warm: Answer[]): ComparedSet[] {
  const coldById = new Map(cold.map((answer) => [answer.taskId, answer]));
  const sets = new Map<string, { cold: Answer; warm: Answer }[]>();
  for (const answer of [...warm].sort((a, b) => a.ordinal - b.ordinal)) {
    const twin = coldById.get(answer.taskId);
    if (!twin) throw new Error(`Cannot compare the task ${answer.taskId}: it did not run cold.`);
    sets.set(answer.paramId, [...(sets.get(answer.paramId) ?? []), { cold: twin, warm: answer }]);
  }
  return [...sets.values()].map((pairs) => ({
    parameters: pairs[0]?.warm.parameters ?? '',
    ordinals: pairs.map(({ warm: { ordinal } }) => ordinal),
    coldRates: pairs.map(({ cold: { attackRate } }) => attackRate),
    warmRates: pairs.map(({ warm: { attackRate } }) => attackRate),
    same: pairs.every((pair) => sameOutputs(pair.cold.outputs, pair.warm.outputs)),
  }));
}

function sameOutputs(a: Record<string, string>, b: Record<string, string>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return names.size > 0 && [...names].every((name) => a[name] === b[name]);
}

import type { DifferingFact } from './causes/differing-facts.js';
import type { Comparison, TaskDifference } from './comparison.js';

/** Tasks that differ in the same way: in the same outputs and fields, with the same most likely cause. */
export interface DifferenceGroup {
  task_ids: string[];
  /** The first of them. */
  example: TaskDifference;
}

/** A fact that is not the same, and of how many tasks. */
export interface CountedFact extends DifferingFact {
  tasks: number;
}

/** Tasks that differ in the same way together, the most first. */
export function groupDifferences({ different }: Pick<Comparison, 'different'>): DifferenceGroup[] {
  const groups = new Map<string, DifferenceGroup>();
  for (const difference of different) {
    const key = likenessOf(difference);
    const group = groups.get(key);
    if (group) group.task_ids.push(difference.task_id);
    else groups.set(key, { task_ids: [difference.task_id], example: difference });
  }
  return [...groups.values()].sort((a, b) => b.task_ids.length - a.task_ids.length);
}

function likenessOf({
  first_ended: first,
  ended,
  looked_at: looked,
  outputs,
  causes,
}: TaskDifference): string {
  const like = outputs.map(({ output, content, sizes, unseen }) => [
    output,
    ...[content?.format, content?.unreadable, unseen, sizes.map((size) => size === null)],
    ...(content?.fields.map(({ field }) => field) ?? []),
  ]);
  const ends = [first, ended].map((end) => [end?.outcome, end?.error_type]);
  return JSON.stringify([ends, looked, like, causes[0]?.cause]);
}

/** The facts that are not the same, those of most tasks first. */
export function countFacts({ different }: Pick<Comparison, 'different'>): CountedFact[] {
  const counted = new Map<string, CountedFact>();
  for (const fact of different.flatMap(({ facts }) => facts)) {
    const key = JSON.stringify([fact.fact, fact.values]);
    const known = counted.get(key);
    if (known) known.tasks += 1;
    else counted.set(key, { ...fact, tasks: 1 });
  }
  return [...counted.values()].sort((a, b) => b.tasks - a.tasks);
}

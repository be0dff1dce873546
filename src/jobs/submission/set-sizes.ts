import type { TaskLine } from '../../contracts/job/task-line.js';

/** How many parameter sets some tasks have, and the fewest and most tasks of one. */
export function setSizes(lines: readonly TaskLine[]): { sets: number; least: number; most: number } {
  const sizes = new Map<string, number>();
  for (const { message } of lines)
    sizes.set(message.params.param_id, (sizes.get(message.params.param_id) ?? 0) + 1);
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const size of sizes.values()) [least, most] = [Math.min(least, size), Math.max(most, size)];
  return { sets: sizes.size, least, most };
}

import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { IdenticalReplicates } from '../../jobs/reading/identical-replicates.js';

/** Replicates with equal outputs, for people; nothing where there are none. */
export function replicateLines({ parameter_sets: sets, tasks, examples }: IdenticalReplicates): string[] {
  if (sets === 0) return [];
  const more = sets - examples.length;
  return [
    `Note: replicates with equal outputs, though their seeds differ: ${tasks} tasks of ${sets} parameter sets. Does the model use its seed?`,
    ...examples.map(
      ({ entrypoint, params, task_ids }) =>
        `  ${entrypoint} ${stringifyJson(params)}: ${task_ids.length} replicates are the same`,
    ),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

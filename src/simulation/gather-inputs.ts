import { modelopsIdentities } from '../contracts/identities/modelops-identities.js';
import { compareCodePoints } from '../contracts/json/compare-code-points.js';
import type { AggregateRequest } from '../contracts/message/aggregate-request.js';
import { InputsUnavailable } from './inputs-unavailable.js';
import type { RunAggregate } from './ports.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/**
 * The results that an aggregation is made from, in the order of their task ids, whatever the order in which they were named: a sum of
 * floats depends on it.
 *
 * @throws InputsUnavailable when one is not there
 */
export async function gatherInputs(
  { results }: Pick<SimulationContext, 'results'>,
  { stopwatch }: Pick<TaskInvocation, 'stopwatch'>,
  { target, inputs, target_data: targetData = null }: AggregateRequest,
  signal: AbortSignal,
): Promise<RunAggregate> {
  const found = await stopwatch.time('lookup', () => results.named(inputs));
  const missing = inputs.filter((_, index) => found[index] === undefined);
  if (missing.length > 0)
    throw new InputsUnavailable(
      `Of the ${inputs.length} results that were to be aggregated ${missing.length} are not stored: ${some(missing)}. Run their tasks, and send it again.`,
    );
  const stored = found
    .filter((each) => each !== undefined)
    .sort((one, other) => compareCodePoints(one.task_id, other.task_id));
  const files: Parameters<typeof results.bring>[0] = [];
  const simReturns = stored.map(({ task_id, outputs }) => {
    const told = Object.entries(outputs).map(([name, artifact]) => {
      const path = String(files.length);
      files.push({ artifact, path });
      const { size, checksum, content_type } = artifact;
      return [name, { path, size, checksum, content_type }] as const;
    });
    return { task_id, outputs: Object.fromEntries(told) };
  });
  return {
    target,
    aggregationId: modelopsIdentities.aggregationTaskId(
      target,
      stored.map(({ task_id }) => task_id),
    ),
    targetData,
    simReturns,
    bring: (folder) =>
      results.bring(
        files.map(({ artifact, path }) => ({ artifact, path: `${folder}/${path}` })),
        signal,
      ),
  };
}

const shown = 5;

function some(names: string[]): string {
  const rest = names.length - shown;
  return `${names.slice(0, shown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

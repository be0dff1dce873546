import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import { replicateDigest } from '../contracts/result/replicate-digest.js';
import type { StoredResult } from '../contracts/result/stored-result.js';
import type { TaskInvocation } from './task-invocation.js';

/** What the record of a task that succeeded repeats of its result: the names of its outputs, and what replicates are compared by, or an aggregation's loss. */
export function answerFacts(
  { task, executor }: TaskInvocation,
  { outputs, aggregation }: Pick<StoredResult, 'outputs' | 'aggregation'>,
): Pick<OutcomeRecord, 'outputs' | 'replicate_digest' | 'aggregation'> {
  const { aggregate } = task;
  const names = Object.keys(outputs).sort();
  if (!aggregate) return { outputs: names, replicate_digest: replicateDigest(task, executor, outputs) };
  const { target, set } = aggregate;
  return {
    outputs: names,
    aggregation: {
      target,
      ...(set && { set_id: set.id, replicates: set.replicates }),
      ...(aggregation && {
        n_replicates: aggregation.n_replicates,
        loss: aggregation.loss,
        aggregation_id: aggregation.aggregation_id,
      }),
    },
  };
}

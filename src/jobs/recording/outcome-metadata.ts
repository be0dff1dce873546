import { encodeArtifactName } from '../../contracts/result/artifact-name.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { formatTaskFailure, taskFailure } from '../../contracts/result/task-failure.js';
import { formatTaskProcess, taskProcess } from '../../contracts/result/task-process.js';
import { formatTaskSeconds, taskSeconds } from '../../contracts/result/task-seconds.js';

/** Storage takes 8 KiB in all, and a listing brings those of every task. */
const longestOutputs = 1024;

/** What the metadata of a record repeat of it: what status counts, watch compares and tables show, so that one listing answers without a request for each task. */
export function outcomeMetadata(record: OutcomeRecord): Record<string, string> {
  const { aggregation, outcome, cached, attempt, replicate_digest, filled_caches = [] } = record;
  const seconds = taskSeconds(record.metrics);
  const process = taskProcess(record);
  const failure = outcome === 'succeeded' ? undefined : formatTaskFailure(taskFailure(record));
  const outputs = record.outputs?.map(encodeArtifactName).join(',') ?? '';
  return {
    outcome,
    cached: String(cached),
    attempt,
    finished_at: record.finished_at,
    ...(aggregation?.loss !== undefined && { loss: String(aggregation.loss) }),
    ...(replicate_digest && { replicate_digest }),
    ...(filled_caches.length > 0 && { filled_caches: filled_caches.map(({ name }) => name).join(',') }),
    ...(seconds && { seconds: formatTaskSeconds(seconds) }),
    ...(process && { process: formatTaskProcess(process) }),
    ...(failure !== undefined && { failure }),
    ...(outputs !== '' && outputs.length <= longestOutputs && { outputs }),
  };
}

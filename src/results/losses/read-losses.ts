import { aggregationIdentities } from '../../contracts/message/aggregation-identities.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { setId } from '../../contracts/task/set-id.js';
import { forEachConcurrently } from '../../jobs/for-each-concurrently.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { readOutcome } from '../../jobs/reading/read-outcomes.js';
import { readTasks } from '../../jobs/reading/read-tasks.js';
import { standingAggregations } from '../../jobs/reading/standing-aggregations.js';
import type { LossRow } from './loss-row.js';

/** Records that are read at the same time. */
const atOnce = 16;

/**
 * The losses of a job: a row for each parameter set and target, sets in the order in which its tasks name them first, those without a loss
 * among them; then what was asked for by messages of their own.
 */
export async function readLosses(
  { jobs }: Pick<JobStorage, 'jobs'>,
  job: Pick<FoundJob, 'scope' | 'retries' | 'manifest'>,
  signal: AbortSignal,
): Promise<LossRow[]> {
  const records = new Map<string, OutcomeRecord>();
  const standing = await standingAggregations(jobs, job, signal);
  await forEachConcurrently(standing, atOnce, signal, async ([id, { blobName }]) => {
    records.set(id, await readOutcome(jobs, blobName));
  });
  const rows = new Map<string, LossRow>();
  const tasks = job.manifest?.targets ? readTasks(jobs, job.scope.jobId, signal) : [];
  for await (const { message } of tasks) {
    const { replicate_set: set, bundle_ref, params, entrypoint } = message;
    if (set === undefined) continue;
    const { replicates, targets } = set;
    const of = { id: setId(message), params, replicates };
    for (const target of targets) {
      const id = aggregationIdentities.id({ target, bundle_ref, inputs: [], set: of });
      if (rows.has(id)) continue;
      const record = records.get(id);
      const { param_id, values } = params;
      rows.set(id, {
        ...{ param_id, bundle_ref, entrypoint, params: values, target },
        ...made(record),
        replicates,
      });
    }
  }
  for (const id of [...records.keys()].sort()) {
    const record = records.get(id);
    if (record === undefined || rows.has(id)) continue;
    const { param_id, bundle_ref, params, aggregation } = record;
    rows.set(id, {
      ...{ param_id, bundle_ref, entrypoint: null, params },
      target: aggregation?.target ?? record.entrypoint,
      ...made(record),
      replicates: aggregation?.replicates ?? null,
    });
  }
  return [...rows.values()];
}

function made(
  record: OutcomeRecord | undefined,
): Pick<LossRow, 'loss' | 'n_replicates' | 'outcome' | 'reason' | 'run' | 'aggregation_id'> {
  const { loss = null, n_replicates = null, aggregation_id = null } = record?.aggregation ?? {};
  const { outcome = 'pending', reason = '', run = null } = record ?? {};
  return { loss, n_replicates, outcome, reason, run, aggregation_id };
}

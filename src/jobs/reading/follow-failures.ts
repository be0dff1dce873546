import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { taskFailure } from '../../contracts/result/task-failure.js';
import type { JobStorage } from '../job-storage.js';
import type { FoundJob } from './find-job.js';
import { groupFailures } from './group-failures.js';
import { listStanding } from './list-standing.js';
import { readListed } from './read-outcomes.js';
import { watchJob } from './watch-job.js';

/**
 * Hands over the record of each task that fails, those that have failed before among them, until the job has ended.
 *
 * @param onFailure `isNewKind`: none that was handed over before failed alike
 * @throws the signal's reason when it is aborted first
 */
export async function followFailures(
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'poisonQueue'>,
  job: FoundJob,
  signal: AbortSignal,
  onFailure: (record: OutcomeRecord, isNewKind: boolean) => Promise<void>,
): Promise<void> {
  const seen = new Set<string>();
  const gathered = groupFailures();
  await watchJob(storage, job, signal, async ({ failed }) => {
    if (failed <= seen.size) return;
    const standing = await listStanding(storage.jobs, job, signal);
    const fresh = [...standing.values()].filter(
      ({ outcome, taskId }) => outcome !== 'succeeded' && !seen.has(taskId),
    );
    const records: OutcomeRecord[] = [];
    await readListed(storage.jobs, fresh, signal, (record) => void records.push(record));
    for (const record of records) {
      seen.add(record.task_id);
      await onFailure(record, gathered.add({ ...record, failure: taskFailure(record) }));
    }
  });
}

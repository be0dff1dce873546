import { join } from 'node:path';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { plainResultKey } from '../../contracts/task/result-key.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { directJob, findJob } from '../../jobs/reading/find-job.js';
import { listRuns } from '../../jobs/reading/list-runs.js';
import { worthOf } from '../../jobs/reading/standing-outcomes.js';
import { taskHistory } from '../../jobs/reading/task-history.js';
import type { RunScope } from '../../jobs/run-scope.js';
import { readResult } from '../../provenance/read-result.js';
import { resultPath } from '../../provenance/result-paths.js';
import { claimResultsFolder } from './claim-results-folder.js';
import { fetchTask } from './fetch-task.js';
import { jobFolder } from './job-folder.js';
import { readIndex } from './read-index.js';
import { resultsOwner } from './results-owner.js';
import { isComplete } from './row-files.js';
import { taskFolder } from './task-folder.js';

export interface FetchedOne {
  task_id: string;
  job_id: string;
  run: string;
  outcome: string;
  reason: string;
  folder: string;
  artifacts: Record<string, string>;
  /** Of a task that failed: what it still wrote. */
  partial: Record<string, string>;
  /** Name → where it is stored, as fsspec, adlfs and pandas open it. */
  abfs: Record<string, string>;
  /** Sentences about what is not as one might expect, and no failure. */
  notes: string[];
  problems: string[];
}

/**
 * Brings what is stored about one task into `<to>/<job>/<task id>/`: of several outcomes the one that stands. A task that was pushed without a job and left no
 * outcome (another deployment may have run it) is looked for among the results too.
 *
 * @throws when there is neither outcome nor result.
 */
export async function fetchOne(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  wanted: RunScope,
  taskId: string,
  to: string,
  signal: AbortSignal,
): Promise<FetchedOne> {
  taskFolder(jobFolder(to, wanted.jobId), taskId); // throws when the names are none
  const job = await findJob(
    storage,
    wanted.jobId,
    wanted.jobId === directJob ? undefined : wanted.run,
    signal,
  );
  const { standing } = await taskHistory(storage, job, { taskId, run: wanted.run }, signal);
  const record = standing ?? (await fromResult(storage, wanted, taskId));
  if (record === undefined) {
    throw new Error(
      `Cannot fetch the task ${taskId}: there is no outcome of it in the job ${wanted.jobId}${wanted.jobId === directJob ? ', and no result' : ''}. Has it ended?`,
    );
  }
  const { folder: inJob, note } = await claimResultsFolder(to, resultsOwner(storage, job), () =>
    listRuns(storage.jobs, wanted.jobId, signal),
  );
  const folder = taskFolder(inJob, taskId);
  const before = (await readIndex(join(inJob, 'index.json'))).rows.get(taskId);
  if (before && worthOf(before) > worthOf(record) && (await isComplete(inJob, before))) {
    throw new Error(
      `Cannot fetch the task ${taskId} of run ${record.run}, which ended as ${record.outcome}: ${folder} holds its result of run ${before.run}. Choose another folder with --to.`,
    );
  }
  const { artifacts, partial, abfs, problems } = await fetchTask(storage.blobs, record, inJob, signal);
  const { run, outcome, reason } = record;
  return {
    task_id: taskId,
    job_id: wanted.jobId,
    run,
    outcome,
    reason,
    folder,
    artifacts,
    partial,
    abfs,
    notes: note ? [note] : [],
    problems,
  };
}

async function fromResult(
  { results }: Pick<JobStorage, 'results'>,
  { jobId, run }: RunScope,
  taskId: string,
): Promise<OutcomeRecord | undefined> {
  if (jobId !== directJob || run !== undefined) return undefined;
  const found = await readResult(results, resultPath(plainResultKey(taskId)));
  if (!found) return undefined;
  const { stored, reference } = found;
  const { result_key, bundle_ref, entrypoint, param_id, params, seed, attempt, attestation, finished_at } =
    stored;
  return {
    job_id: jobId,
    run: '',
    task_id: taskId,
    ...{ result_key, bundle_ref, entrypoint, param_id, params, seed, attempt, attestation, finished_at },
    outcome: 'succeeded',
    reason: '',
    result: reference,
    cached: true,
    metrics: stored.metrics ?? {},
    ...(stored.logs_ref ? { logs_ref: stored.logs_ref } : {}),
  };
}

import { createOnce } from '../../../src/azure-backend/create-once.js';
import { parseDocument } from '../../../src/contracts/json/parse-document.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { jobPath, runPath } from '../../../src/jobs/job-paths.js';
import type { JobStorage } from '../../../src/jobs/job-storage.js';
import type { JobRun } from '../../../src/simulation/ports.js';

/** Writes down a job and a run of it, as submit does, without its tasks. */
export async function openRun(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { jobId, run }: JobRun,
  tasks: number,
  submittedAt = new Date(),
): Promise<void> {
  const at = submittedAt.toISOString();
  const manifest = {
    job_id: jobId,
    created_at: at,
    bundle_refs: [`sha256:${'b'.repeat(64)}`],
    task_count: tasks,
    tool_version: '0',
    source: 'grid',
  };
  await createOnce(jobs, jobPath(jobId), stringifyJson(manifest), 'application/json');
  const opened = { run, submitted_at: at, messages: tasks };
  await createOnce(jobs, runPath({ jobId, run }), stringifyJson(opened), 'application/json');
}

/** How the task of a number ended: one in ten crashed. */
export function outcomeOf({ jobId, run }: JobRun, number: number): OutcomeRecord {
  const failed = number % 10 === 3;
  const id = number.toString(16).padStart(32, '0');
  return parseDocument(
    OutcomeRecord,
    JSON.stringify({
      job_id: jobId,
      run,
      task_id: id,
      result_key: id,
      bundle_ref: `sha256:${'b'.repeat(64)}`,
      entrypoint: 'models.sir/baseline',
      param_id: id,
      params: { x: number },
      seed: 1,
      attempt: `attempt-${number}`,
      outcome: failed ? 'crashed' : 'succeeded',
      reason: failed ? 'it crashed' : '',
      cached: false,
      metrics: { execution_duration: 0.5 },
      finished_at: new Date().toISOString(),
    }),
  );
}

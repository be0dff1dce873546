import { createOnce } from '../../azure-backend/create-once.js';
import { limitsOf } from '../../contracts/bundle/limits-of.js';
import type { JobManifest } from '../../contracts/job/job-manifest.js';
import type { PackedLines } from '../../contracts/job/packed-lines.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { packLines } from '../expansion/pack-lines.js';
import { jobPath, tasksPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { readTasks } from '../reading/read-tasks.js';
import { JobExists } from './job-exists.js';

/**
 * Writes down what a job is: its tasks, and then its manifest. A job that is there with the same tasks stays as it is.
 *
 * @returns where its tasks lie, when the job is new.
 * @throws JobExists when it is there with other tasks.
 */
export async function recordJob(
  { jobs }: Pick<JobStorage, 'jobs'>,
  manifest: JobManifest,
  lines: TaskLine[],
  signal: AbortSignal,
): Promise<PackedLines | undefined> {
  const path = tasksPath(manifest.job_id);
  const { packed, members } = await packLines(lines);
  const created = await createOnce(jobs, path, packed, 'application/gzip', {}, signal);
  if (!created) await mustBeTheSame(jobs, manifest.job_id, lines, signal);
  await createOnce(jobs, jobPath(manifest.job_id), stringifyJson(manifest), 'application/json');
  return created ? { path, members } : undefined;
}

async function mustBeTheSame(
  jobs: JobStorage['jobs'],
  jobId: string,
  lines: TaskLine[],
  signal: AbortSignal,
): Promise<void> {
  const identity = ({ result_key, message }: TaskLine) =>
    `${result_key} ${message.executor ?? ''} ${stringifyJson([limitsOf(message), message.replicate_set ?? null])}`;
  const expected = new Set(lines.map(identity));
  let count = 0;
  let same = true;
  for await (const line of readTasks(jobs, jobId, signal)) {
    count += 1;
    if (!expected.has(identity(line))) same = false;
  }
  if (!same || count !== lines.length) throw new JobExists(jobId, count);
}

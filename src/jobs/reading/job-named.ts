import type { JobStorage } from '../job-storage.js';
import { directJob } from './find-job.js';
import { listJobNames } from './list-job-names.js';
import { listJobs } from './list-jobs.js';

/**
 * The id of the job that a person means: an id, the start of one, or `last` for the job that was submitted last.
 *
 * @returns the name itself where no job begins with it
 * @throws when several begin with it, or none has been submitted yet
 */
export async function jobNamed(
  { jobs }: Pick<JobStorage, 'jobs'>,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  if (name === directJob) return name;
  const found: string[] = [];
  for await (const id of listJobNames(jobs, name, signal)) found.push(id);
  if (found.includes(name)) return name;
  if (name === 'last') {
    const [newest] = await listJobs({ jobs }, signal);
    if (newest?.manifest) return newest.jobId;
    throw new Error(
      `Cannot find the last job: none has been submitted to the container "${jobs.containerName}" of the account "${jobs.accountName}".`,
    );
  }
  const [one = name, ...others] = found;
  if (others.length === 0) return one;
  const some = found.slice(0, 5).join(', ');
  throw new Error(
    `Cannot tell which job "${name}" means: ${found.length} begin with it (${some}${found.length > 5 ? ', …' : ''}). Give more of its name.`,
  );
}

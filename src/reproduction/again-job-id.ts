import { readTextBlob } from '../azure-backend/read-text-blob.js';
import { jobPath } from '../jobs/job-paths.js';
import type { JobStorage } from '../jobs/job-storage.js';

/** A job's name has 100 characters at most. */
const longest = 85;

/** A name that no job has yet: `<job>-again-1`, `<job>-again-2`, … */
export async function againJobId({ jobs }: Pick<JobStorage, 'jobs'>, jobId: string): Promise<string> {
  const base = jobId.slice(0, longest);
  for (let count = 1; ; count++) {
    const name = `${base}-again-${count}`;
    if ((await readTextBlob(jobs, jobPath(name))) === undefined) return name;
  }
}

import { formatExpandRequest } from '../../contracts/message/expand-request.js';
import type { JobRun } from '../../simulation/ports.js';
import type { JobStorage } from '../job-storage.js';
import { makeUnlessForbidden } from './make-unless-forbidden.js';

/** Asks the app to send the messages of a run. Where they are sent already, it is told so to no effect. */
export async function askToExpand(
  { jobsQueue }: Pick<JobStorage, 'jobsQueue'>,
  { jobId, run }: JobRun,
): Promise<void> {
  await makeUnlessForbidden(jobsQueue);
  await jobsQueue.sendMessage(formatExpandRequest({ job_id: jobId, run }), { messageTimeToLive: -1 });
}

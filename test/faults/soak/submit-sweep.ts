import { gridTasks } from '../../../src/jobs/submission/grid-tasks.js';
import { planTasks } from '../../../src/jobs/submission/plan-tasks.js';
import { submitJob } from '../../../src/jobs/submission/submit-job.js';
import type { openCampaign } from '../campaign/open-campaign.js';

/** Submits trivial tasks of one parameter set, as many as there are seeds. @returns the run */
export async function submitSweep(
  { client, bundleRef }: Pick<Awaited<ReturnType<typeof openCampaign>>, 'client' | 'bundleRef'>,
  { jobId, tasks, bytes }: { jobId: string; tasks: number; bytes: number },
  signal: AbortSignal,
): Promise<string> {
  const sweep = gridTasks({
    entrypoint: `models.faults/${jobId}`,
    bundleRef,
    axes: ['x=1', 'ms=0', `size=${bytes}`],
    seeds: `1..${tasks}`,
    replicates: 1,
  });
  const { lines } = planTasks(sweep, jobId, undefined);
  const manifest = { job_id: jobId, bundle_refs: [bundleRef], tool_version: 'faults', source: 'faults' };
  return (await submitJob(client, { manifest, lines }, signal)).run;
}

import { dirname, join } from 'node:path';
import { checkWritable } from '../../files/check-writable.js';
import { listRuns } from '../../jobs/reading/list-runs.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import { claimResultsFolder } from '../../results/fetch/claim-results-folder.js';
import { resultsOwner } from '../../results/fetch/results-owner.js';
import { writeReport } from '../../results/report/write-report.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold report` does. */
export async function report(
  output: Output,
  context: CliContext,
  { run, to }: { run?: string; to?: string },
  [name = '']: (string | undefined)[],
): Promise<ExitCode> {
  await checkWritable(to === undefined ? 'results' : dirname(to));
  const { storage, job } = await openJob(context, name, run);
  const path = to ?? (await besideResults());
  const progress = createProgress(output.progress, 'Reading');
  const { bytes, data } = await writeReport(storage, job, path, context.signal, (done, total) =>
    progress.update({ done, total, failed: 0 }),
  ).finally(() => progress.end());
  const pending = data.outcomes.find(({ outcome }) => outcome === 'pending')?.tasks ?? 0;
  if (pending > 0)
    output.note(
      `Note: ${counted(pending, 'task')} of job ${job.scope.jobId} had not ended; the report says so.`,
    );
  output.say(`Report: ${path} (${formatBytes(bytes)}). Open it in a browser; it needs no network.`);
  output.document({ job_id: job.scope.jobId, run: job.scope.run ?? null, path, bytes });
  return exitCodes.done;

  /** The folder is kept for this job, whichever verb comes first. */
  async function besideResults(): Promise<string> {
    const { jobId } = job.scope;
    const runs = () => listRuns(storage.jobs, jobId, context.signal);
    const { folder, note } = await claimResultsFolder('results', resultsOwner(storage, job), runs);
    if (note !== undefined) output.note(`Note: ${note}`);
    return join(folder, 'report.html');
  }
}

import { readJobStatus } from '../../jobs/reading/read-job-status.js';
import { readRefused } from '../../jobs/reading/read-refused.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import type { Output } from '../terminal/output.js';
import { refusedLines } from '../terminal/refused-lines.js';
import { statusLines } from '../terminal/status-lines.js';

const mostRefused = 20;

/** What `mops-cold status` does. */
export async function status(
  output: Output,
  context: CliContext,
  { run }: { run?: string },
  [jobId = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { storage, job } = await openJob(context, jobId, run);
  const status = await readJobStatus(storage, job, context.signal);
  for (const line of statusLines(status)) output.say(line);
  const refused = await readRefused(storage.jobs, status.submitted_at, mostRefused, context.signal);
  const container = storage.jobs.containerName;
  for (const line of refusedLines(refused, `below refused/ in the container ${container}`)) output.say(line);
  output.document({ ...status, refused_messages: refused.newest });
  return exitCodes.done;
}

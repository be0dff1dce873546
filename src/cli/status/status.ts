import { openStorage } from '../../connections/open-storage.js';
import { findJob } from '../../jobs/reading/find-job.js';
import { readJobStatus } from '../../jobs/reading/read-job-status.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';
import { statusLines } from '../terminal/status-lines.js';

/** What `mops-cold status` does. */
export async function status(
  output: Output,
  context: CliContext,
  { run }: { run?: string },
  [jobId = '']: (string | undefined)[],
): Promise<ExitCode> {
  const storage = await openStorage(context.env);
  const job = await findJob(storage, jobId, run, context.signal);
  const status = await readJobStatus(storage, job, context.signal);
  for (const line of statusLines(status)) output.say(line);
  output.document(status);
  return exitCodes.done;
}

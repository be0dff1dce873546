import { readJobStatus } from '../../jobs/reading/read-job-status.js';
import { readRefused } from '../../jobs/reading/read-refused.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import type { Output } from '../terminal/output.js';
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
  const { invalid, poison } = status.refused;
  const since = status.submitted_at === null ? undefined : new Date(status.submitted_at);
  const refused =
    invalid + poison === 0 ? [] : await readRefused(storage.jobs, since, mostRefused, context.signal);
  for (const { blob, reason } of refused) output.say(`  ${blob}: ${reason}`);
  if (refused.length < invalid + poison) output.say(`  and ${invalid + poison - refused.length} older ones`);
  output.document({ ...status, refused_messages: refused });
  return exitCodes.done;
}

import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import type { Output } from '../terminal/output.js';
import { watchRemote } from '../terminal/watch-remote.js';

/** What `mops-cold watch` does. */
export async function watch(
  output: Output,
  context: CliContext,
  { run, timeout }: { run?: string; timeout?: number },
  [jobId = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { storage, job } = await openJob(context, jobId, run);
  const status = await watchRemote(output, storage, job, context, timeout);
  output.document(status);
  return status.failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}

import { openStorage } from '../../connections/open-storage.js';
import { findJob } from '../../jobs/reading/find-job.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';
import { watchRemote } from '../terminal/watch-remote.js';

/** What `mops-cold watch` does. */
export async function watch(
  output: Output,
  context: CliContext,
  { run, timeout }: { run?: string; timeout?: number },
  [jobId = '']: (string | undefined)[],
): Promise<ExitCode> {
  const storage = await openStorage(context.env);
  const job = await findJob(storage, jobId, run, context.signal);
  const status = await watchRemote(output, storage, job, context, timeout);
  output.document(status);
  return status.failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}

import { openStorage } from '../../connections/open-storage.js';
import { findJob } from '../../jobs/reading/find-job.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';
import { watchWithProgress } from '../terminal/watch-with-progress.js';

/** What `mops-cold watch` does. */
export async function watch(
  output: Output,
  context: CliContext,
  { run, timeout }: { run?: string; timeout?: number },
  [jobId = '']: (string | undefined)[],
): Promise<ExitCode> {
  const storage = await openStorage(context.env);
  const job = await findJob(storage, jobId, run, context.signal);
  const late = timeout === undefined ? undefined : AbortSignal.timeout(timeout * 1000);
  const signal = late ? AbortSignal.any([context.signal, late]) : context.signal;
  const status = await watchWithProgress(output, storage, job, signal).catch((cause: unknown) => {
    if (context.signal.aborted || !late?.aborted) throw cause;
    throw new Error(
      `The job ${jobId} has not ended within ${timeout} s. It goes on; watch it again to see its end.`,
      { cause },
    );
  });
  output.document(status);
  return status.failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}

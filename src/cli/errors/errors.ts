import { readFailures } from '../../jobs/reading/read-failures.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import { failureGroupLines } from '../terminal/failure-group-lines.js';
import type { Output } from '../terminal/output.js';

/** Records that are read, of failures that a listing does not tell of. */
const mostRead = 5000;

/** What `mops-cold errors` does. */
export async function errors(
  output: Output,
  context: CliContext,
  { run }: { run?: string },
  [name = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { storage, job } = await openJob(context, name, run);
  const failures = await readFailures(storage, job, mostRead, context.signal);
  for (const line of failureGroupLines(failures, job.scope.jobId)) output.say(line);
  output.document({ job_id: job.scope.jobId, run: job.scope.run ?? null, ...failures });
  return failures.failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}

import { identicalReplicates } from '../../jobs/reading/identical-replicates.js';
import { type VerifiedJob, verifyJob } from '../../jobs/reading/verify-job.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import type { Output } from '../terminal/output.js';
import { replicateLines } from '../terminal/replicate-lines.js';
import { verifyLines } from '../terminal/verify-lines.js';

/** What `mops-cold verify` does. */
export async function verify(
  output: Output,
  context: CliContext,
  { run }: { run?: string },
  [jobId = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { storage, job } = await openJob(context, jobId, run);
  const verified = await verifyJob(storage, job, context.signal);
  const replicates = await identicalReplicates(storage.jobs, job.scope, context.signal);
  for (const line of [...verifyLines(verified), ...replicateLines(replicates)]) output.say(line);
  const exitCode = verdict(verified);
  output.document({
    ...verified,
    verified: exitCode === exitCodes.done,
    identical_replicates: replicates,
  });
  return exitCode;
}

/** A leak is certain whatever is still to come; without one, a run that is not finished, or in which nothing ran, proves nothing. */
function verdict({ leaks, unfinished, attested }: VerifiedJob): ExitCode {
  if (leaks.length > 0) return exitCodes.proofFailed;
  return unfinished || attested === 0 ? exitCodes.couldNot : exitCodes.done;
}

import type { Command } from 'commander';
import { openStorage } from '../connections/open-storage.js';
import { findJob } from '../jobs/reading/find-job.js';
import { identicalReplicates } from '../jobs/reading/identical-replicates.js';
import { type VerifiedJob, verifyJob } from '../jobs/reading/verify-job.js';
import { addCommand } from './add-command.js';
import type { CliContext } from './cli-context.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { replicateLines } from './terminal/replicate-lines.js';

const shown = 20;

/** `mops-cold verify` */
export function addVerify(program: Command, context: CliContext): void {
  addCommand<{ run?: string }>(
    program,
    context,
    'verify <job>',
    'check that every task of a job ran in a process of its own; exits with 4 when one did not',
    (command) => command.option('--run <run>', 'another run than the latest'),
    async (output, { run }, [jobId = '']) => {
      const storage = await openStorage(context.env);
      const job = await findJob(storage, jobId, run, context.signal);
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
    },
  );
}

/** A leak is certain whatever is still to come; without one, a run that is not finished, or in which nothing ran, proves nothing. */
function verdict({ leaks, unfinished, attested }: VerifiedJob): ExitCode {
  if (leaks.length > 0) return exitCodes.proofFailed;
  return unfinished || attested === 0 ? exitCodes.couldNot : exitCodes.done;
}

function verifyLines(verified: VerifiedJob): string[] {
  const { job_id: jobId, tasks, leaks, failed_without_process: unknown } = verified;
  if (tasks === 0) return [`Job ${jobId} has no outcome yet: there is nothing to verify.`];
  const more = leaks.length > shown ? [`… and ${leaks.length - shown} more (--json shows all).`] : [];
  return [
    headline(verified),
    ...leaks.slice(0, shown).map(({ message }) => `  ${message}`),
    ...more,
    ...(unknown.length > 0
      ? [
          `${unknown.length} failed tasks never said in which process they ran, and have no result: ${unknown.slice(0, shown).join(', ')}`,
        ]
      : []),
    ...(verified.unfinished
      ? [`Not finished: ${verified.unfinished} tasks have no outcome yet. Verify again at the end.`]
      : []),
  ];
}

function headline({ job_id: jobId, run, tasks, attested, cached, processes, leaks }: VerifiedJob): string {
  const name = `${jobId}${run === null ? '' : `, run ${run}`}`;
  if (leaks.length > 0) return `Job ${name}: NOT isolated. ${leaks.length} violations:`;
  if (attested === 0)
    return `Cannot verify job ${name}: ${tasks} of its tasks have ended, and none of them is known to have run in a process. Find out why they failed, and submit the job again.`;
  const fromBefore = cached > 0 ? `, ${cached} of them in an earlier run` : '';
  return `Job ${name}: ${attested} tasks ran in ${processes} processes${fromBefore}; every process was fresh and ran one task.`;
}

import type { Command } from 'commander';
import { findJob } from '../jobs/find-job.js';
import { type VerifiedJob, verifyJob } from '../jobs/verify-job.js';
import { addCommand } from './add-command.js';
import type { CliContext } from './cli-context.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { openStorage } from './open-storage.js';

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
      for (const line of verifyLines(verified)) output.say(line);
      const exitCode = verdict(verified);
      output.document({ ...verified, verified: exitCode === exitCodes.done });
      return exitCode;
    },
  );
}

/** A leak is certain whatever is still to come; without one, a run that is not finished proves nothing yet. */
function verdict({ leaks, unfinished, tasks }: VerifiedJob): ExitCode {
  if (leaks.length > 0) return exitCodes.proofFailed;
  return unfinished || tasks === 0 ? exitCodes.couldNot : exitCodes.done;
}

function verifyLines(verified: VerifiedJob): string[] {
  const {
    job_id: jobId,
    run,
    tasks,
    attested,
    cached,
    processes,
    leaks,
    failed_without_process: unknown,
  } = verified;
  if (tasks === 0) return [`Job ${jobId} has no outcome yet: there is nothing to verify.`];
  const name = `Job ${jobId}${run === null ? '' : `, run ${run}`}`;
  const more = leaks.length > shown ? [`… and ${leaks.length - shown} more (--json shows all).`] : [];
  const fromBefore = cached > 0 ? `, ${cached} of them in an earlier run` : '';
  return [
    leaks.length > 0
      ? `${name}: NOT isolated. ${leaks.length} violations:`
      : `${name}: ${attested} tasks ran in ${processes} processes${fromBefore}; every process was fresh and ran one task.`,
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

import type { Command } from 'commander';
import { openStorage } from '../connections/open-storage.js';
import { findJob } from '../jobs/reading/find-job.js';
import { addCommand } from './add-command.js';
import type { CliContext } from './cli-context.js';
import { exitCodes } from './exit-codes.js';
import { parseSeconds } from './parse-seconds.js';
import { watchWithProgress } from './terminal/watch-with-progress.js';

/** `mops-cold watch` */
export function addWatch(program: Command, context: CliContext): void {
  addCommand<{ run?: string; timeout?: number }>(
    program,
    context,
    'watch <job>',
    'show the progress of a job until every task has ended; exits with 3 when some failed',
    (command) =>
      command
        .option('--run <run>', 'another run than the latest')
        .option('--timeout <seconds>', 'give up watching after this time (exit code 1)', parseSeconds),
    async (output, { run, timeout }, [jobId = '']) => {
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
    },
  );
}

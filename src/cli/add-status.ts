import type { Command } from 'commander';
import { openStorage } from '../connections/open-storage.js';
import { findJob } from '../jobs/reading/find-job.js';
import { readJobStatus } from '../jobs/reading/read-job-status.js';
import { addCommand } from './add-command.js';
import type { CliContext } from './cli-context.js';
import { exitCodes } from './exit-codes.js';
import { statusLines } from './terminal/status-lines.js';

/** `mops-cold status` */
export function addStatus(program: Command, context: CliContext): void {
  addCommand<{ run?: string }>(
    program,
    context,
    'status <job>',
    'how many tasks of a job have ended, and how ("direct" means the tasks that were pushed without a job)',
    (command) => command.option('--run <run>', 'another run than the latest'),
    async (output, { run }, [jobId = '']) => {
      const storage = await openStorage(context.env);
      const job = await findJob(storage, jobId, run, context.signal);
      const status = await readJobStatus(storage, job, context.signal);
      for (const line of statusLines(status)) output.say(line);
      output.document(status);
      return exitCodes.done;
    },
  );
}

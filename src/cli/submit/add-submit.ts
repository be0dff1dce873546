import type { Command } from 'commander';
import { openStorage } from '../../connections/open-storage.js';
import { findJob } from '../../jobs/reading/find-job.js';
import { UsageError } from '../../reporting/usage-error.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { watchWithProgress } from '../terminal/watch-with-progress.js';
import { mustHaveStorage } from './must-have-storage.js';
import { planSubmission } from './plan-submission.js';
import { provideBundle } from './provide-bundle.js';
import { sendPlan } from './send-plan.js';
import { showPlan } from './show-plan.js';
import { addSubmissionOptions } from './submission-options.js';
import type { SubmitOptions } from './submit-options.js';

/** `mops-cold submit` */
export function addSubmit(program: Command, context: CliContext): void {
  addCommand<SubmitOptions>(
    program,
    context,
    'submit [file]',
    'queue the tasks of a job file, of a study file, or of a grid',
    (command) =>
      addSubmissionOptions(command)
        .option(
          '--run <run>',
          "the run's name; one that exists is continued: tasks without an outcome are sent",
        )
        .option('--preflight-in-app', 'let the app try the bundle out before the tasks are sent')
        .option('--dry-run', 'send and write nothing; show the tasks (with --json one object a line)')
        .option('--watch', 'stay until every task has ended'),
    async (output, options, [file]) => {
      if (options.dryRun && options.try) {
        throw new UsageError(
          'Cannot use --try with --dry-run, which tries nothing out: leave one of them out, or run one task with `mops-cold run`.',
        );
      }
      if (!options.dryRun) mustHaveStorage(context.env);
      const plan = await planSubmission(output, context, options, file);
      if (options.dryRun) {
        showPlan(output, plan);
        return exitCodes.done;
      }

      const storage = await openStorage(context.env);
      const tried = await provideBundle(storage, plan, options, { output, context });
      const submitted = await sendPlan(storage, plan, options, { output, context });

      const { job_id: jobId, run, sent, tasks } = submitted;
      output.say(`Job ${jobId}, run ${run}: ${sent === tasks ? '' : `${sent} of `}${tasks} tasks queued.`);
      if (!options.watch) {
        output.say(`Next: mops-cold watch ${jobId}`);
        output.document({ ...submitted, repeated: plan.repeated, ...(tried && { tried }) });
        return exitCodes.done;
      }
      const found = await findJob(storage, jobId, run, context.signal);
      const status = await watchWithProgress(output, storage, found, context.signal);
      output.document({ ...submitted, repeated: plan.repeated, ...(tried && { tried }), status });
      return status.failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
    },
  );
}

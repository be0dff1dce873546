import { openStorage } from '../../connections/open-storage.js';
import { findJob } from '../../jobs/reading/find-job.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';
import { sentLine } from '../terminal/sent-line.js';
import { watchRemote } from '../terminal/watch-remote.js';
import { confirmLarge } from './confirm-large.js';
import { type Foreseen, foresee } from './foresee.js';
import { mustHaveStorage } from './must-have-storage.js';
import { planSubmission } from './plan-submission.js';
import { provideBundle } from './provide-bundle.js';
import { sendPlan } from './send-plan.js';
import { showPlan } from './show-plan.js';
import type { SubmitOptions } from './submit-options.js';

/** What `mops-cold submit` does. */
export async function submit(
  output: Output,
  context: CliContext,
  options: SubmitOptions,
  [file]: (string | undefined)[],
): Promise<ExitCode> {
  if (options.dryRun && options.try) {
    throw new UsageError(
      'Cannot use --try with --dry-run, which tries nothing out: leave one of them out, or run one task with `mops-cold run`.',
    );
  }
  if (!options.dryRun) mustHaveStorage(context.env);
  const plan = await planSubmission(output, context, options, file);
  if (options.dryRun) {
    showPlan(output, plan);
    await foresee(output, plan, undefined, undefined, context.signal);
    return exitCodes.done;
  }

  const storage = await openStorage(context.env);
  let expected: Omit<Foreseen, 'isLarge'> | undefined;
  const tried = await provideBundle(storage, plan, options, {
    output,
    context,
    async beforeSending(firstTask) {
      const { isLarge, ...foreseen } = await foresee(output, plan, firstTask, storage, context.signal);
      expected = foreseen;
      if (isLarge && !options.yes) await confirmLarge(foreseen.tasks, context);
    },
  });
  const submitted = await sendPlan(storage, plan, options, { output, context });

  const { job_id: jobId, run, tasks } = submitted;
  output.say(`Job ${jobId}, run ${run}: ${sentLine(submitted, tasks)}`);
  if (!options.watch) {
    output.say(`Next: mops-cold watch ${jobId}`);
    output.document({ ...submitted, repeated: plan.repeated, expected, ...(tried && { tried }) });
    return exitCodes.done;
  }
  const found = await findJob(storage, jobId, run, context.signal);
  const status = await watchRemote(output, storage, found, context);
  output.document({ ...submitted, repeated: plan.repeated, expected, ...(tried && { tried }), status });
  return status.failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}

import { type Command, InvalidArgumentError } from 'commander';
import { readTelemetry } from '../../config/read-telemetry.js';
import type { Settings } from '../../config/settings.js';
import { openStorage } from '../../connections/open-storage.js';
import type { TelemetryPlace } from '../../contracts/telemetry/telemetry-place.js';
import { findJob } from '../../jobs/reading/find-job.js';
import { JobExists } from '../../jobs/submission/job-exists.js';
import { type JobToSubmit, submitJob } from '../../jobs/submission/submit-job.js';
import { toolVersion } from '../../package/tool-version.js';
import { UsageError } from '../../reporting/usage-error.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { createProgress } from '../terminal/create-progress.js';
import { watchWithProgress } from '../terminal/watch-with-progress.js';
import { planSubmission } from './plan-submission.js';
import { provideBundle } from './provide-bundle.js';
import { showPlan } from './show-plan.js';
import type { SubmitOptions } from './submit-options.js';

/** `mops-cold submit` */
export function addSubmit(program: Command, context: CliContext): void {
  addCommand<SubmitOptions>(
    program,
    context,
    'submit [file]',
    'queue the tasks of a job file, of a study file, or of a grid',
    (command) =>
      command
        .option('--entrypoint <name>', 'what to run, as in models.sir/baseline (without a file)')
        .option('--bundle <path|reference>', 'its code: a folder, or [repository@]sha256:<digest>')
        .option(
          '--grid <name=values>',
          'a parameter and its values, as in beta=0.1,0.2; once for each parameter',
          collect,
        )
        .option('--seeds <list>', 'seeds for every parameter set, as in 1,2,3 or 1..10')
        .option(
          '--replicates <count>',
          'seeds for each parameter set, derived from it as in a study (default 1)',
          wholeNumber,
        )
        .option('--outputs <names>', 'outputs to keep, separated by commas; all when left out')
        .option('--env <NAME=VALUE>', 'an environment variable of every task; once for each', collect)
        .option('--cold-mode', "demand a fresh process for every task, whatever the app's own executor is")
        .option('--job-id <id>', "the job's name; one that exists, with the same tasks, gets a new run")
        .option(
          '--run <run>',
          "the run's name; one that exists is continued: tasks without an outcome are sent",
        )
        .option(
          '--repository <name>',
          'where a folder is stored in a registry (default: as the folder is called)',
        )
        .option('--no-preflight', 'do not try the bundle out here before anything is sent')
        .option('--preflight-in-app', 'let the app try the bundle out before the tasks are sent')
        .option('--try', 'run the first task here and show its outputs; nothing is sent when it fails')
        .option('--dry-run', 'send and write nothing; show the tasks (with --json one object a line)')
        .option('--watch', 'stay until every task has ended'),
    async (output, options, [file]) => {
      if (options.dryRun && options.try) {
        throw new UsageError(
          'Cannot use --try with --dry-run, which tries nothing out: leave one of them out, or run one task with `mops-cold run`.',
        );
      }
      const plan = await planSubmission(output, context, options, file);
      if (options.dryRun) {
        showPlan(output, plan);
        return exitCodes.done;
      }

      const storage = await openStorage(context.env);
      const telemetry = readTelemetry(context.env, storage.settings);
      const tried = await provideBundle(storage, plan, options, { output, context });
      const progress = createProgress(output.progress, 'Sending');
      const job = {
        manifest: {
          job_id: plan.jobId,
          bundle_refs: [...new Set(plan.lines.map(({ message }) => message.bundle_ref))],
          ...(options.coldMode && { executor: 'cold' as const }),
          tool_version: await toolVersion(),
          source: plan.source,
        },
        lines: plan.lines,
        run: options.run,
      };
      const submitted = await traced(telemetry, storage.settings, job, (traceparent) =>
        submitJob(storage, { ...job, traceparent }, context.signal, (done, total) =>
          progress.update({ done, total }),
        ),
      )
        .catch((error: unknown) => {
          throw error instanceof JobExists ? new UsageError(error.message, { cause: error }) : error;
        })
        .finally(() => progress.end());

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

/** Submits within a span where telemetry is configured; without, the messages still are in one trace. */
async function traced<T>(
  place: TelemetryPlace | undefined,
  settings: Settings,
  job: JobToSubmit,
  submit: (traceparent?: string) => Promise<T>,
): Promise<T> {
  if (!place) return submit();
  const { traceSubmission } = await import('../../telemetry/trace-submission.js');
  const queueName = settings.MODELOPS_QUEUE_NAME;
  return traceSubmission(place, { jobId: job.manifest.job_id, tasks: job.lines.length, queueName }, submit);
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at least 1.');
  return Number(text);
}

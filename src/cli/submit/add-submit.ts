import { type Command, InvalidArgumentError } from 'commander';
import { readSettings } from '../../config/read-settings.js';
import { SafeName } from '../../contracts/safe-name.js';
import { findJob } from '../../jobs/find-job.js';
import { JobExists } from '../../jobs/job-exists.js';
import { newRunId } from '../../jobs/new-run-id.js';
import { planTasks } from '../../jobs/plan-tasks.js';
import { submitJob } from '../../jobs/submit-job.js';
import { addCommand } from '../add-command.js';
import { asUsage } from '../as-usage.js';
import { namedBundle } from '../bundle/named-bundle.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { openCache } from '../open-bundles.js';
import { openStorage } from '../open-storage.js';
import { preflightHere } from '../preflight/preflight-here.js';
import { preflightInApp } from '../preflight/preflight-in-app.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';
import { watchWithProgress } from '../terminal/watch-with-progress.js';
import { toolVersion } from '../tool-version.js';
import { UsageError } from '../usage-error.js';
import { readSubmission } from './read-submission.js';
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
        .option('--dry-run', 'send and write nothing; show the tasks (with --json one object a line)')
        .option('--watch', 'stay until every task has ended'),
    async (output, options, [file]) => {
      const { plan, bundle, names, source } = await makePlan(output, context, options, file);
      if (options.dryRun) {
        showPlan(output, plan);
        return exitCodes.done;
      }

      const storage = await openStorage(context.env);
      const { settings } = storage;
      const isTheApps = isLocal(storage.blobs.url) && !options.preflightInApp;
      const inAppNext = options.preflightInApp === true;
      if (options.preflight) {
        const bundles = openCache(settings, await bundle.source());
        const request = { settings, bundles, bundleRef: bundle.ref, names, isTheApps };
        await preflightHere(request, { output, context, inAppNext });
      }
      await bundle.push(output);
      if (inAppNext) await preflightInApp(storage, bundle.ref, names, { output, context });

      const progress = createProgress(output.progress, 'Sending');
      const submitted = await submitJob(
        storage,
        {
          manifest: {
            job_id: plan.jobId,
            bundle_refs: [...new Set(plan.lines.map(({ message }) => message.bundle_ref))],
            ...(options.coldMode && { executor: 'cold' as const }),
            tool_version: await toolVersion(),
            source,
          },
          lines: plan.lines,
          run: options.run,
        },
        context.signal,
        (done, total) => progress.update({ done, total }),
      )
        .catch((error: unknown) => {
          throw error instanceof JobExists ? new UsageError(error.message, { cause: error }) : error;
        })
        .finally(() => progress.end());

      const { job_id: jobId, run, sent, tasks } = submitted;
      output.say(`Job ${jobId}, run ${run}: ${sent === tasks ? '' : `${sent} of `}${tasks} tasks queued.`);
      if (!options.watch) {
        output.say(`Next: mops-cold watch ${jobId}`);
        output.document({ ...submitted, repeated: plan.repeated });
        return exitCodes.done;
      }
      const found = await findJob(storage, jobId, run, context.signal);
      const status = await watchWithProgress(output, storage, found, context.signal);
      output.document({ ...submitted, repeated: plan.repeated, status });
      return status.failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
    },
  );
}

async function makePlan(
  output: Output,
  context: CliContext,
  options: SubmitOptions,
  file: string | undefined,
) {
  const { settings } = readSettings(context.env);
  const { repository } = options;
  const given =
    options.bundle === undefined
      ? undefined
      : await namedBundle(options.bundle, settings, context, repository === undefined ? {} : { repository });
  const {
    tasks,
    jobId: jobIdOfFile,
    source,
    targets,
    withoutEffect,
  } = await readSubmission(file, options, given?.ref);
  const jobId = safeName('--job-id', options.jobId ?? jobIdOfFile ?? `job-${newRunId()}`);
  if (options.run !== undefined) safeName('--run', options.run);
  if (jobId === 'direct') {
    throw new UsageError(
      'Cannot use the job id "direct": it belongs to tasks that are pushed without a job. Choose another --job-id.',
    );
  }
  const planned = asUsage('Cannot submit', () =>
    planTasks(tasks, jobId, options.coldMode ? 'cold' : undefined),
  );
  for (const what of withoutEffect) output.note(`Without effect here: ${what}.`);
  if (planned.repeated > 0) {
    output.note(
      `${planned.repeated} of the ${tasks.length} tasks repeat an earlier one exactly, and are sent once.`,
    );
  }
  const [first] = planned.lines;
  if (first === undefined) throw new UsageError('Cannot submit: there is no task.');
  return {
    plan: { ...planned, jobId },
    bundle: given ?? (await namedBundle(first.message.bundle_ref, settings, context)),
    names: {
      entrypoints: [...new Set(planned.lines.map(({ message }) => message.entrypoint))],
      targets,
    },
    source,
  };
}

function isLocal(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

function safeName(option: string, name: string): string {
  const checked = SafeName.safeParse(name);
  if (!checked.success)
    throw new UsageError(`Cannot use ${option} "${name}": it ${checked.error.issues[0]?.message}.`);
  return checked.data;
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at least 1.');
  return Number(text);
}

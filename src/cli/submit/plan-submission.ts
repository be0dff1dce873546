import { readSettings } from '../../config/read-settings.js';
import { type NamedBundle, namedBundle } from '../../connections/named-bundle.js';
import { limitsOf } from '../../contracts/bundle/limits-of.js';
import type { TaskLimits } from '../../contracts/bundle/task-limits.js';
import type { Sampling } from '../../contracts/job/sampling.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import type { StopRule } from '../../contracts/message/stop-rule.js';
import { SafeName } from '../../contracts/validation/safe-name.js';
import { newRunId } from '../../jobs/submission/new-run-id.js';
import { type PlannedTasks, planTasks } from '../../jobs/submission/plan-tasks.js';
import { stopRule } from '../../jobs/submission/stop-rule.js';
import type { CheckedNames } from '../../preflight/checked-names.js';
import { asUsage } from '../../reporting/as-usage.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import type { Output } from '../terminal/output.js';
import { withBundle } from '../with-bundle.js';
import type { Comparison } from './comparison.js';
import { mustBeAllowed } from './must-be-allowed.js';
import { type ReadSubmission, readSubmission } from './read-submission.js';
import { sharedEnv } from './shared-env.js';
import type { SubmitOptions } from './submit-options.js';
import { withTargets } from './with-targets.js';

/** What is to be submitted, before anything is written or sent. */
export interface SubmissionPlan extends PlannedTasks {
  jobId: string;
  bundle: NamedBundle;
  /** Of all its tasks, in place of their own. */
  limits: TaskLimits;
  /** After how many failures the rest of it is cancelled. */
  stop: StopRule;
  /** What the tasks name in the bundle. */
  names: CheckedNames;
  /** A file's name, `grid`, or how parameters were sampled. */
  source: string;
  sampling?: Sampling | undefined;
  /** Among jobs whose messages the app sends. */
  priority: number | undefined;
  /** Absent without targets. */
  comparison?: Comparison;
  /** What its file says besides its tasks. */
  said?: Record<string, unknown>;
}

/**
 * @param nameOf the job's id, where neither an option nor the file says it
 * @throws UsageError
 */
export async function planSubmission(
  output: Output,
  context: CliContext,
  options: SubmitOptions,
  file: string | undefined,
  nameOf: (submission: ReadSubmission) => string = () => `job-${newRunId()}`,
): Promise<SubmissionPlan> {
  const { settings } = readSettings(context.env);
  const { repository, verb = 'submit' } = options;
  const named =
    options.bundle === undefined
      ? Promise.resolve(undefined)
      : namedBundle(options.bundle, settings, context, repository === undefined ? {} : { repository });
  const [given, read] = await withBundle(named, (ref) => readSubmission(file, options, ref));
  const { tasks, source, withoutEffect, said } = read;
  const jobId = safeName('--job-id', options.jobId ?? read.jobId ?? nameOf(read));
  if (options.run !== undefined) safeName('--run', options.run);
  if (jobId === 'direct') {
    throw new UsageError(
      'Cannot use the job id "direct": it belongs to tasks that are pushed without a job. Choose another --job-id.',
    );
  }
  const sent = asUsage(`Cannot ${verb}`, () =>
    planTasks(tasks, jobId, options.coldMode ? 'cold' : undefined),
  );
  const [first] = sent.lines;
  if (first === undefined) throw new UsageError(`Cannot ${verb}: there is no task.`);
  const bundle = given ?? (await namedBundle(first.message.bundle_ref, settings, context));
  const { lines, targets, comparison } = await withTargets(sent.lines, read, bundle, options, {
    output,
    context,
  });
  const planned = { ...sent, lines };
  const limits = {
    ...read.limits,
    ...limitsOf({ timeout_seconds: options.timeout, memory_bytes: options.memory }),
  };
  mustBeAllowed(context.env, settings, limitsOfTasks(planned.lines, limits), verb);
  const { stopAfterFailures: ofRun, stopSetAfterFailures: ofSet } = options;
  const stop = stopRule(planned.lines, { ofRun, ofSet });
  for (const remark of given?.remarks ?? []) output.note(remark);
  for (const how of read.told) output.note(how);
  for (const what of withoutEffect) output.note(`Without effect here: ${what}.`);
  if (planned.repeated > 0) {
    output.note(
      `${planned.repeated} of the ${tasks.length} tasks repeat an earlier one exactly, and are sent once.`,
    );
  }
  return {
    ...planned,
    jobId,
    limits,
    stop,
    bundle,
    ...(comparison && { comparison }),
    ...(said && Object.keys(said).length > 0 && { said }),
    names: {
      entrypoints: [...new Set(planned.lines.map(({ message }) => message.entrypoint))],
      targets,
      env: sharedEnv(planned.lines.map(({ message }) => message)),
    },
    source,
    sampling: read.sampling,
    priority: read.priority,
  };
}

/** One after the other: there may be a million of them. */
function* limitsOfTasks(lines: readonly TaskLine[], limits: TaskLimits): Generator<TaskLimits> {
  for (const { message } of lines) yield { ...limitsOf(message), ...limits };
}

function safeName(option: string, name: string): string {
  const checked = SafeName.safeParse(name);
  if (!checked.success)
    throw new UsageError(`Cannot use ${option} "${name}": it ${checked.error.issues[0]?.message}.`);
  return checked.data;
}

import { statSync } from 'node:fs';
import { readSettings } from '../../config/read-settings.js';
import type { Settings } from '../../config/settings.js';
import { type NamedBundle, namedBundle } from '../../connections/named-bundle.js';
import { limitsOf } from '../../contracts/bundle/limits-of.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { readTasks } from '../../jobs/reading/read-tasks.js';
import { counted } from '../../reporting/counted.js';
import { UsageError } from '../../reporting/usage-error.js';
import { taskOf } from '../../reproduction/task-of.js';
import type { CliContext } from '../cli-context.js';
import { openJob } from '../open-job.js';
import { readSubmission } from '../submit/read-submission.js';
import type { TaskSetOptions } from '../submit/submit-options.js';
import type { Output } from '../terminal/output.js';
import { withBundle } from '../with-bundle.js';
import type { DiagnoseOptions } from './diagnose-options.js';

export interface TasksToDiagnose {
  settings: Settings;
  bundle: NamedBundle;
  /** In their order; one may come twice. */
  tasks: SimTask[];
  /** The job in storage whose tasks they are. */
  jobId?: string;
}

/** @throws UsageError */
export async function readTasksToDiagnose(
  output: Output,
  context: CliContext,
  options: DiagnoseOptions,
  given: string | undefined,
): Promise<TasksToDiagnose> {
  const named = [given, options.study, options.job].filter((name) => name !== undefined);
  if (named.length > 1)
    throw new UsageError('Cannot diagnose several files or jobs at once: name the file, --study or --job.');
  const [file] = named;
  const { settings } = readSettings(context.env);
  const limits = limitsOf({ timeout_seconds: options.timeout, memory_bytes: options.memory });
  const bundle =
    options.bundle === undefined
      ? Promise.resolve(undefined)
      : namedBundle(options.bundle, settings, context);
  if (options.job !== undefined && !isFile(options.job)) {
    const { jobId, tasks } = await tasksOfJob(context, options.job);
    const found = (await bundle) ?? (await namedBundle(tasks[0]?.bundle_ref ?? '', settings, context));
    return {
      settings,
      bundle: found,
      jobId,
      tasks: tasks.map((task) => ({ ...task, ...limits, bundle_ref: found.ref })),
    };
  }
  const asSubmission: TaskSetOptions = { ...options, verb: 'diagnose' };
  const [packed, read] = await withBundle(bundle, (ref) => readSubmission(file, asSubmission, ref));
  const [first] = read.tasks;
  if (first === undefined) throw new UsageError('Cannot diagnose: there is no task.');
  for (const remark of packed?.remarks ?? []) output.note(remark);
  for (const how of read.told) output.note(how);
  return {
    settings,
    bundle: packed ?? (await namedBundle(first.bundle_ref, settings, context)),
    tasks: read.tasks.map((task) => ({ ...task, ...read.limits, ...limits })),
  };
}

/** A job may be called as a folder is. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

async function tasksOfJob(context: CliContext, name: string): Promise<{ jobId: string; tasks: SimTask[] }> {
  const { storage, job } = await openJob(context, name, undefined);
  const tasks: SimTask[] = [];
  for await (const line of readTasks(storage.jobs, job.scope.jobId, context.signal)) tasks.push(taskOf(line));
  const bundles = new Set(tasks.map(({ bundle_ref }) => bundle_ref)).size;
  if (tasks.length === 0)
    throw new Error(`Cannot diagnose the job ${job.scope.jobId}: nobody wrote down its tasks.`);
  if (bundles > 1)
    throw new UsageError(
      `Cannot diagnose the job ${job.scope.jobId}: its tasks are of ${counted(bundles, 'bundle')}.`,
    );
  return { jobId: job.scope.jobId, tasks };
}

import { isLosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { BundleRef } from '../bundle/bundle-ref.js';
import { limitsOf } from '../bundle/limits-of.js';
import type { TaskLimits } from '../bundle/task-limits.js';
import type { Items } from '../json/parse-apart.js';
import { SimTask } from '../task/sim-task.js';
import { checkedAt } from '../validation/checked-at.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { JobFile } from './job-file.js';
import { maxTasks } from './max-tasks.js';
import { mostSentHere } from './most-sent-here.js';
import type { Submission } from './submission.js';

const TargetSpec = z.looseObject({
  data: z.looseObject({ target_entrypoints: z.array(z.string()).nullish() }).nullish(),
  loss_function: z.unknown().optional(),
  weights: z.record(z.string(), z.unknown()).nullish(),
});

interface Found {
  path: (string | number)[];
  value: unknown;
}

/**
 * The tasks of ModelOps' job JSON, `tasks` or the older `batches`, all with one bundle.
 *
 * @param file the job, its list of tasks empty
 * @param items its tasks
 */
export function readJob(file: unknown, items: Items, bundleRef?: string): Submission {
  const job = checkedAt([], JobFile, file, 'The file');
  const batches = job.batches ?? [];
  if (items.length > 0 && batches.length > 0) {
    throw new ContractViolation(['batches'], 'stands beside "tasks": give one of them', 'The file');
  }
  const count = batches.reduce((sum, { tasks }) => sum + tasks.length, items.length);
  if (count === 0) throw new ContractViolation(['tasks'], 'is empty: a job must have a task', 'The file');
  if (count > maxTasks) {
    throw new ContractViolation(
      ['tasks'],
      `has ${count} tasks: split it into jobs of at most ${maxTasks}`,
      'The file',
    );
  }
  const bundle = theBundle(job.bundle_ref, () => tasksIn(items, batches), bundleRef);
  const priority = priorityOf(job.priority);
  const isHeeded = Number.isFinite(priority) && count > mostSentHere;
  return {
    ...(job.job_id !== undefined && { jobId: job.job_id }),
    bundleRef: bundle,
    ...limited(
      Array.from(tasksIn(items, batches), (found) => readTask(found, bundle, bundleRef !== undefined)),
      limitsOf(job),
    ),
    targets: targetsOf(job.target_spec),
    ...(job.min_replicates !== undefined && { minReplicates: job.min_replicates }),
    ...(isHeeded && priority !== 0 && { priority }),
    said: saidOf(job),
    withoutEffect: [
      ...combined(job.target_spec),
      ...(priority !== 0 && !isHeeded
        ? [`priority: up to ${mostSentHere} tasks run in the order of the queue`]
        : []),
      ...(job.resource_requirements ? ['resource_requirements: the function app decides'] : []),
    ],
  };
}

/** NaN of what is no number, nor the text of one. */
function priorityOf(said: unknown): number {
  const given = said ?? 0;
  return typeof given === 'object' && !isLosslessNumber(given) ? Number.NaN : Number(String(given));
}

/** Everything but the tasks, and what names them. */
function saidOf(job: JobFile): Record<string, unknown> {
  const { job_type, job_id, bundle_ref, tasks, batches, ...said } = job;
  return said;
}

/** What a target specification asks for beyond the loss of each target. */
function combined(spec: unknown): string[] {
  const { loss_function: loss, weights } = TargetSpec.safeParse(spec).data ?? {};
  const parts = [
    ...(loss ? ['loss_function'] : []),
    ...(weights && Object.keys(weights).length > 0 ? ['weights'] : []),
  ];
  // ModelOps writes both into the job and its views, and nothing of it reads them.
  return parts.map(
    (part) => `target_spec.${part}: kept in job.json, as ModelOps does; each target tells its own loss`,
  );
}

/** ModelOps writes them as `data.target_entrypoints`; whatever else it may hold is nobody's here. */
function targetsOf(spec: unknown): string[] {
  const parsed = TargetSpec.safeParse(spec);
  return parsed.data?.data?.target_entrypoints ?? [];
}

function* tasksIn(items: Items, batches: NonNullable<JobFile['batches']>): Generator<Found> {
  let index = 0;
  for (const value of items) yield { path: ['tasks', index++], value };
  for (const [b, { tasks }] of batches.entries())
    for (const [t, value] of tasks.entries()) yield { path: ['batches', b, 'tasks', t], value };
}

/** Limits of the job belong to each task that has none of its own, and to the whole run where no task has. */
function limited(tasks: SimTask[], ofJob: TaskLimits): Pick<Submission, 'tasks' | 'limits'> {
  const some = tasks.some((task) => Object.keys(limitsOf(task)).length > 0);
  return some
    ? { tasks: tasks.map((task) => ({ ...ofJob, ...task })), limits: {} }
    : { tasks, limits: ofJob };
}

/** The bundle that the caller, the job or the first task that names one says. */
function theBundle(ofJob: unknown, tasks: () => Iterable<Found>, given?: string): string {
  const { path, reference } =
    given === undefined ? firstNamed(ofJob, tasks) : { path: ['bundle_ref'], reference: given };
  const bundle = checkedAt(path, BundleRef, reference, 'The file');
  if ((ofJob ?? reference) !== reference) throw another(['bundle_ref'], ofJob, bundle, true);
  return bundle;
}

interface Named {
  path: (string | number)[];
  reference: unknown;
}

function firstNamed(ofJob: unknown, tasks: () => Iterable<Found>): Named {
  if (ofJob !== undefined && ofJob !== null) return { path: ['bundle_ref'], reference: ofJob };
  for (const { path, value } of tasks()) {
    const reference = bundleOf(value);
    if (reference !== undefined) return { path: [...path, 'bundle_ref'], reference };
  }
  throw new ContractViolation(['bundle_ref'], 'is missing: say which bundle to run', 'The file');
}

function another(
  path: Named['path'],
  reference: unknown,
  expected: string,
  isGiven: boolean,
): ContractViolation {
  return new ContractViolation(
    path,
    `is ${JSON.stringify(reference)}, and ${isGiven ? 'the given bundle' : 'another one in the file'} is ${JSON.stringify(expected)}: a job must have one bundle`,
    'The file',
  );
}

function bundleOf(task: unknown): unknown {
  return typeof task === 'object' && task !== null && 'bundle_ref' in task
    ? (task.bundle_ref ?? undefined)
    : undefined;
}

/** @param isGiven whether the caller said which bundle */
function readTask({ path, value }: Found, bundleRef: string, isGiven: boolean): SimTask {
  const own = bundleOf(value);
  if (own !== undefined && own !== bundleRef) throw another([...path, 'bundle_ref'], own, bundleRef, isGiven);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return checkedAt(path, SimTask, isObject ? { ...value, bundle_ref: bundleRef } : value, 'The file');
}

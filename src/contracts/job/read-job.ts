import { isLosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { BundleRef } from '../bundle/bundle-ref.js';
import { limitsOf } from '../bundle/limits-of.js';
import type { TaskLimits } from '../bundle/task-limits.js';
import { SimTask } from '../task/sim-task.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { violationOf } from '../validation/violation-of.js';
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

/** The tasks of ModelOps' job JSON, `tasks` or the older `batches`, all with one bundle. */
export function readJob(file: unknown, bundleRef?: string): Submission {
  const parsed = JobFile.safeParse(file);
  if (!parsed.success) throw violationOf(parsed.error, 'The file');
  const job = parsed.data;

  const found = tasksIn(job);
  if (found.length === 0)
    throw new ContractViolation(['tasks'], 'is empty: a job must have a task', 'The file');
  if (found.length > maxTasks) {
    throw new ContractViolation(
      ['tasks'],
      `has ${found.length} tasks: split it into jobs of at most ${maxTasks}`,
      'The file',
    );
  }
  const bundle = theBundle(job.bundle_ref, found, bundleRef);
  const priority = priorityOf(job.priority);
  const isHeeded = Number.isFinite(priority) && found.length > mostSentHere;
  return {
    ...(job.job_id !== undefined && { jobId: job.job_id }),
    bundleRef: bundle,
    ...limited(
      found.map(({ path, value }) => readTask(path, value, bundle)),
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

function tasksIn(job: JobFile): Found[] {
  if (job.tasks && job.batches) {
    throw new ContractViolation(['batches'], 'stands beside "tasks": give one of them', 'The file');
  }
  const inBatches = (job.batches ?? []).flatMap((batch, b) =>
    batch.tasks.map((value, t) => ({ path: ['batches', b, 'tasks', t], value })),
  );
  return [...(job.tasks ?? []).map((value, t) => ({ path: ['tasks', t], value })), ...inBatches];
}

/** Limits of the job belong to each task that has none of its own, and to the whole run where no task has. */
function limited(tasks: SimTask[], ofJob: TaskLimits): Pick<Submission, 'tasks' | 'limits'> {
  const some = tasks.some((task) => Object.keys(limitsOf(task)).length > 0);
  return some
    ? { tasks: tasks.map((task) => ({ ...ofJob, ...task })), limits: {} }
    : { tasks, limits: ofJob };
}

/** The one bundle that the job, every task that names one, and the caller agree on. */
function theBundle(ofJob: unknown, tasks: Found[], given?: string): string {
  const named = [
    { path: ['bundle_ref'], reference: ofJob },
    ...tasks.map(({ path, value }) => ({ path: [...path, 'bundle_ref'], reference: bundleOf(value) })),
  ].filter(({ reference }) => reference !== undefined && reference !== null);
  const expected = given ?? named[0]?.reference;
  if (expected === undefined)
    throw new ContractViolation(['bundle_ref'], 'is missing: say which bundle to run', 'The file');
  const other = named.find(({ reference }) => reference !== expected);
  if (other) {
    throw new ContractViolation(
      other.path,
      `is ${JSON.stringify(other.reference)}, and ${given ? 'the given bundle' : 'another one in the file'} is ${JSON.stringify(expected)}: a job must have one bundle`,
      'The file',
    );
  }
  const reference = BundleRef.safeParse(expected);
  if (!reference.success) {
    const path = given ? ['bundle_ref'] : (named[0]?.path ?? []);
    throw new ContractViolation(path, violationOf(reference.error).complaint, 'The file');
  }
  return reference.data;
}

function bundleOf(task: unknown): unknown {
  return typeof task === 'object' && task !== null && 'bundle_ref' in task ? task.bundle_ref : undefined;
}

function readTask(path: (string | number)[], value: unknown, bundleRef: string): SimTask {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const parsed = SimTask.safeParse(isObject ? { ...value, bundle_ref: bundleRef } : value);
  if (parsed.success) return parsed.data;
  const violation = violationOf(parsed.error);
  throw new ContractViolation([...path, ...violation.path], violation.complaint, 'The file', {
    cause: violation,
  });
}

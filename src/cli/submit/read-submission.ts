import { basename } from 'node:path';
import { parseSubmission } from '../../contracts/job/parse-submission.js';
import { OutputNames } from '../../contracts/task/output-names.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { readText } from '../../files/read-text.js';
import { gridTasks } from '../../jobs/submission/grid-tasks.js';
import { asUsage } from '../../reporting/as-usage.js';
import { UsageError } from '../../reporting/usage-error.js';
import { readEnv } from '../read-env.js';
import type { SubmitOptions } from './submit-options.js';

export interface ReadSubmission {
  tasks: SimTask[];
  jobId: string | undefined;
  /** A file's name, or `grid`. */
  source: string;
  /** What its results are to be compared with. */
  targets: string[];
  withoutEffect: string[];
}

/**
 * What is to be submitted: a file's tasks, or those of a grid.
 *
 * @throws UsageError
 */
export async function readSubmission(
  file: string | undefined,
  options: SubmitOptions,
  bundleRef: string | undefined,
): Promise<ReadSubmission> {
  const read = file === undefined ? readGrid(options, bundleRef) : await readFileOf(file, options, bundleRef);
  return { ...read, tasks: withEnv(withOutputs(read.tasks, options.outputs), readEnv(options.env)) };
}

function readGrid(options: SubmitOptions, bundleRef: string | undefined): ReadSubmission {
  const { entrypoint, grid = [], seeds, replicates } = options;
  if (entrypoint === undefined || bundleRef === undefined) {
    throw new UsageError(
      'Cannot submit: give a job or study file, or --entrypoint and --bundle with --grid name=value,… for each parameter.',
    );
  }
  if (seeds !== undefined && replicates !== undefined) {
    throw new UsageError(
      'Cannot use --seeds and --replicates together: --replicates derives the seeds. Leave one of them out.',
    );
  }
  const tasks = gridTasks({ entrypoint, bundleRef, axes: grid, seeds, replicates: replicates ?? 1 });
  return { tasks, jobId: undefined, source: 'grid', targets: [], withoutEffect: [] };
}

async function readFileOf(
  file: string,
  options: SubmitOptions,
  bundleRef: string | undefined,
): Promise<ReadSubmission> {
  const given = (['entrypoint', 'grid', 'seeds', 'replicates'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (given.length > 0) {
    throw new UsageError(
      `Cannot use --${given.join(', --')} with a file: the file says it. Leave out the file or the option.`,
    );
  }
  const text = await readText(file);
  const { tasks, jobId, targets, withoutEffect } = asUsage(`Cannot submit ${file}`, () =>
    parseSubmission(text, bundleRef),
  );
  return { tasks, jobId, source: basename(file), targets, withoutEffect };
}

function withOutputs(tasks: SimTask[], list: string | undefined): SimTask[] {
  if (list === undefined) return tasks;
  const outputs = OutputNames.safeParse(list.split(',').map((name) => name.trim()));
  if (!outputs.success)
    throw new UsageError(
      `Cannot use --outputs "${list}": a name ${outputs.error.issues[0]?.message ?? 'is wrong'}.`,
    );
  if (tasks.some((task) => task.outputs !== undefined)) {
    throw new UsageError(
      'Cannot use --outputs: the file names the outputs of its tasks itself. Leave the option out.',
    );
  }
  return tasks.map((task) => ({ ...task, outputs: outputs.data }));
}

function withEnv(tasks: SimTask[], env: Record<string, string> | undefined): SimTask[] {
  if (env === undefined) return tasks;
  const twice = Object.keys(env).find((name) => tasks.some((task) => Object.hasOwn(task.env ?? {}, name)));
  if (twice !== undefined)
    throw new UsageError(
      `Cannot use --env ${twice}=…: the file gives ${twice} itself. Leave one of them out.`,
    );
  return tasks.map((task) => ({ ...task, env: { ...task.env, ...env } }));
}

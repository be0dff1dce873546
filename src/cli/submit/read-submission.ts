import { basename } from 'node:path';
import type { TaskLimits } from '../../contracts/bundle/task-limits.js';
import { parseSubmission } from '../../contracts/job/parse-submission.js';
import type { Sampling } from '../../contracts/job/sampling.js';
import { OutputNames } from '../../contracts/task/output-names.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { readBytes } from '../../files/read-bytes.js';
import { readText } from '../../files/read-text.js';
import { gridTasks, sweepTasks } from '../../jobs/submission/grid-tasks.js';
import { readParameterFile } from '../../jobs/submission/parameter-sets/read-parameter-file.js';
import { asUsage } from '../../reporting/as-usage.js';
import { counted } from '../../reporting/counted.js';
import { UsageError } from '../../reporting/usage-error.js';
import { optionName } from '../option-name.js';
import { readEnv } from '../read-env.js';
import { readSampling } from './read-sampling.js';
import type { TaskSetOptions } from './submit-options.js';

/** What makes parameter sets where no file holds them. */
const made = ['grid', 'lhs', 'sobol', 'range', 'samplingSeed'] as const;

export interface ReadSubmission {
  tasks: SimTask[];
  /** Of all its tasks. */
  limits: TaskLimits;
  jobId: string | undefined;
  /** A file's name, `grid`, or how parameters were sampled. */
  source: string;
  /** How its parameter sets were drawn. */
  sampling?: Sampling;
  /** What its results are to be compared with. */
  targets: string[];
  /** Among jobs whose messages the app sends. */
  priority?: number;
  minReplicates?: number | undefined;
  /** What a job or study file says besides its tasks. */
  said?: Record<string, unknown>;
  withoutEffect: string[];
  /** How the file was read, where that is not plain. */
  told: string[];
}

/**
 * What is to be submitted: a file's tasks, or those of a grid.
 *
 * @throws UsageError
 */
export async function readSubmission(
  file: string | undefined,
  options: TaskSetOptions,
  bundleRef: string | undefined,
): Promise<ReadSubmission> {
  if (file !== undefined && options.params !== undefined)
    throw new UsageError(
      `Cannot use both ${file} and --params ${options.params}: a submission has one file. Leave one of them out.`,
    );
  const from = file ?? options.params;
  const read = from === undefined ? readGrid(options, bundleRef) : await readFileOf(from, options, bundleRef);
  return { ...read, tasks: withEnv(withOutputs(read.tasks, options.outputs), readEnv(options.env)) };
}

function readGrid(options: TaskSetOptions, bundleRef: string | undefined): ReadSubmission {
  const { entrypoint, grid = [], verb = 'submit' } = options;
  if (entrypoint === undefined || bundleRef === undefined) {
    throw new UsageError(
      `Cannot ${verb}: give a job or study file, or --entrypoint and --bundle with --grid name=value,… for each parameter, --lhs or --sobol with ranges, or a file of parameter sets.`,
    );
  }
  const sampling = readSampling(options);
  const tasks = gridTasks({ entrypoint, bundleRef, axes: grid, sampling, ...replication(options) });
  const read = { tasks, limits: {}, jobId: undefined, targets: [], withoutEffect: [] };
  if (sampling === undefined) return { ...read, source: 'grid', told: [] };
  const { method, count, seed } = sampling;
  const unbalanced = method === 'sobol' && !Number.isInteger(Math.log2(count));
  const told = [
    `Sampled ${counted(count, 'point')} (${method}) with the seed ${seed}, which job.json records.`,
    ...(unbalanced ? [`${count} is no power of two: a Sobol sequence is balanced at powers of two.`] : []),
  ];
  return { ...read, source: method, sampling, told };
}

async function readFileOf(
  file: string,
  options: TaskSetOptions,
  bundleRef: string | undefined,
): Promise<ReadSubmission> {
  const source = basename(file);
  const cannot = `Cannot ${options.verb ?? 'submit'} ${file}`;
  const read = await asUsage(cannot, () =>
    readParameterFile(source, { text: () => readText(file), bytes: () => readBytes(file) }),
  );
  if (read.sets === undefined) {
    refuseWith(
      options,
      ['entrypoint', ...made, 'seeds', 'replicates'],
      'a job or study file: the file says it',
    );
    const {
      jobId,
      bundleRef: _,
      ...submission
    } = asUsage(cannot, () => parseSubmission(read.json, bundleRef));
    return { ...submission, jobId, source, told: [] };
  }
  const { sets, told } = read;
  refuseWith(options, made, 'a file of parameter sets: the file says it');
  if (sets.every(({ seed }) => seed !== undefined))
    refuseWith(options, ['seeds', 'replicates'], 'a file that gives every parameter set a seed');
  const { entrypoint } = options;
  if (entrypoint === undefined || bundleRef === undefined)
    throw new UsageError(`${cannot}: it holds parameter sets alone. Give --entrypoint and --bundle with it.`);
  const tasks = sweepTasks(sets, { entrypoint, bundleRef, ...replication(options) });
  return { tasks, limits: {}, jobId: undefined, source, targets: [], withoutEffect: [], told };
}

function replication({ seeds, replicates }: TaskSetOptions): {
  seeds: string | undefined;
  replicates: number;
} {
  if (seeds !== undefined && replicates !== undefined) {
    throw new UsageError(
      'Cannot use --seeds and --replicates together: --replicates derives the seeds. Leave one of them out.',
    );
  }
  return { seeds, replicates: replicates ?? 1 };
}

function refuseWith(
  options: TaskSetOptions,
  names: readonly ('entrypoint' | (typeof made)[number] | 'seeds' | 'replicates')[],
  what: string,
): void {
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  throw new UsageError(
    `Cannot use ${given.map(optionName).join(', ')} with ${what}. Leave out the file or the option.`,
  );
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

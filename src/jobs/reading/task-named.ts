import type { JobStorage } from '../job-storage.js';
import type { FoundJob } from './find-job.js';
import { listOutcomes } from './list-outcomes.js';
import type { ListedOutcome } from './listed-outcome.js';
import { readListed } from './read-outcomes.js';
import { readTasks } from './read-tasks.js';
import { standingOutcomes } from './standing-outcomes.js';
import { hasValues, type TaskValues, taskValues } from './task-values.js';

/** What a person says of a task. */
type TaskName = { start: string } | { values: TaskValues };

/**
 * The id of the task that a person means, by the start of its id (`3f9a`) or by its parameters and seed (`beta=0.3 seed=7`).
 *
 * @throws UsageError when the words cannot be a task; another error when none is such, or several are
 */
export async function taskNamed(
  storage: Pick<JobStorage, 'jobs'>,
  job: FoundJob,
  words: string[],
  signal: AbortSignal,
): Promise<string> {
  const name = taskName(words);
  const said = words.join(' ');
  const found = new Set<string>();
  for await (const id of 'start' in name
    ? idsWith(storage, job, name.start, signal)
    : idsOf(storage, job, name.values, signal))
    found.add(id);
  const [one, ...others] = found;
  if (one === undefined)
    throw new Error(`Cannot find the task "${said}": the job ${job.scope.jobId} has none that is such.`);
  if (others.length === 0) return one;
  const some = [...found].slice(0, 5).join(', ');
  throw new Error(
    `Cannot tell which task "${said}" means: ${found.size} of the job ${job.scope.jobId} are such (${some}${found.size > 5 ? ', …' : ''}). Say more of it, as in beta=0.3 seed=7, or give the start of its id.`,
  );
}

function taskName(words: string[]): TaskName {
  const [first = ''] = words;
  if (words.length === 1 && /^[0-9a-f]{1,32}$/.test(first)) return { start: first };
  return { values: taskValues(words, `Cannot look for the task "${words.join(' ')}"`) };
}

async function* idsWith(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { scope, manifest }: FoundJob,
  start: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  if (manifest) {
    for await (const { task_id: taskId } of readTasks(jobs, scope.jobId, signal))
      if (taskId.startsWith(start)) yield taskId;
  } else {
    for await (const { taskId } of listOutcomes(jobs, scope, signal))
      if (taskId.startsWith(start)) yield taskId;
  }
}

async function* idsOf(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { scope, manifest }: FoundJob,
  values: TaskValues,
  signal: AbortSignal,
): AsyncGenerator<string> {
  if (manifest) {
    for await (const { task_id: taskId, message } of readTasks(jobs, scope.jobId, signal))
      if (hasValues(message.params.values, message.seed, values)) yield taskId;
    return;
  }
  const listed: ListedOutcome[] = [];
  for await (const one of listOutcomes(jobs, scope, signal)) listed.push(one);
  const meant: string[] = [];
  await readListed(jobs, standingOutcomes(listed).values(), signal, ({ task_id: taskId, params, seed }) => {
    if (hasValues(params, seed, values)) meant.push(taskId);
  });
  yield* meant;
}

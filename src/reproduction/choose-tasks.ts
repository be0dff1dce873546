import type { TaskLine } from '../contracts/job/task-line.js';
import { counted } from '../reporting/counted.js';
import { UsageError } from '../reporting/usage-error.js';

/** Which of a job's tasks are meant. */
export type Choice =
  | { kind: 'all' }
  /** A share in percent, above 0 and up to 100. */
  | { kind: 'percent'; percent: number }
  | { kind: 'count'; count: number }
  /** Beginnings of their ids, each of one task. */
  | { kind: 'named'; prefixes: string[] };

export interface ChosenTasks {
  /** In the order of their ids. */
  tasks: TaskLine[];
  /** How they were chosen, a clause for people. */
  how: string;
}

/**
 * The tasks that are meant, of those that can be. An id is a hash of what the task is, so that the first ones in its order are a
 * sample in which nothing is preferred, and always the same one.
 *
 * @param others ids of the job's tasks that did not succeed, and cannot be named
 * @param which what all of them are, a clause
 * @throws UsageError when a prefix is that of none, or of several
 */
export function chooseTasks(
  from: TaskLine[],
  others: string[],
  choice: Choice,
  which = 'that succeeded',
): ChosenTasks {
  const tasks = [...from].sort((a, b) => (a.task_id < b.task_id ? -1 : 1));
  const all = `${counted(tasks.length, 'task')} ${which}`;
  if (choice.kind === 'all') return { tasks, how: `all ${all}` };
  if (choice.kind === 'named') {
    const named = new Map(
      choice.prefixes.map((prefix) => only(prefix, tasks, others)).map((one) => [one.task_id, one]),
    );
    return { tasks: [...named.values()], how: 'as named' };
  }
  const wanted = choice.kind === 'count' ? choice.count : Math.ceil((tasks.length * choice.percent) / 100);
  const count = Math.min(wanted, tasks.length);
  return { tasks: tasks.slice(0, count), how: `the first ${count} in the order of their ids, of ${all}` };
}

function only(prefix: string, tasks: TaskLine[], others: string[]): TaskLine {
  const found = tasks.filter(({ task_id: id }) => id.startsWith(prefix));
  const [one, another] = found;
  const failed = others.filter((id) => id.startsWith(prefix));
  if (one && !another && failed.length === 0) return one;
  const [first] = failed;
  throw new UsageError(
    one && (another || first)
      ? `Cannot choose the task ${prefix}: ${found.length + failed.length} begin so, ${one.task_id} and ${another?.task_id ?? first} among them. Write more of it.`
      : first
        ? `Cannot choose the task ${first}: it did not succeed, so there is no result to compare with.`
        : `Cannot choose the task ${prefix}: none of the job begins so.`,
  );
}

import type { Answer } from './read-answers.js';
import type { GridRun } from './run-grid.js';

/** One task, as two processes answered it. */
export interface Repeated {
  first: Answer;
  again: Answer;
}

/**
 * Makes sure that a task that ran again, in another process, answered the same bytes.
 *
 * @throws Error when it did not, or did not run: then nothing was demonstrated.
 */
export function mustBeTheSame(cold: GridRun, repeated: GridRun): Repeated {
  const [again] = repeated.answers;
  const first = cold.answers.find(({ taskId }) => taskId === again?.taskId);
  if (!again || !first) {
    throw new Error('Cannot show what was promised: none of the tasks ran again.');
  }
  if (again.process === first.process) {
    throw new Error(
      `Cannot show what was promised: task ${first.taskId} was to run again, and process ${first.pid} answered it both times.`,
    );
  }
  const names = new Set([...Object.keys(first.outputs), ...Object.keys(again.outputs)]);
  const different = [...names].filter((name) => first.outputs[name] !== again.outputs[name]);
  if (names.size === 0 || different.length > 0) {
    throw new Error(
      `Cannot show what was promised: task ${first.taskId} answered otherwise when it ran again (${different.join(', ') || 'nothing'}).`,
    );
  }
  return { first, again };
}

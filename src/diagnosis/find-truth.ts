import { join } from 'node:path';
import type { SimTask } from '../contracts/task/sim-task.js';
import { forEachConcurrently } from '../jobs/for-each-concurrently.js';
import type { RunTask } from '../local-run/task-place.js';
import { type Answer, sameAnswer } from './answer.js';
import { answerDifference } from './answer-difference.js';
import type { Diagnosis } from './diagnosis.js';
import { runCold } from './run-cold.js';

export interface Truth {
  /** Undefined for a task that has none. */
  answers: (Answer | undefined)[];
  notReproducible: Diagnosis['not_reproducible'];
  leftOut: Diagnosis['left_out'];
}

/**
 * What each task returns in a fresh process, twice: one that differs from itself has no truth.
 *
 * @param folder in which outputs are kept
 */
export async function findTruth(
  run: RunTask,
  tasks: SimTask[],
  { folder, atOnce, onDone }: { folder: string; atOnce: number; onDone: (done: number) => void },
  signal: AbortSignal,
): Promise<Truth> {
  const answers: Truth['answers'] = new Array(tasks.length).fill(undefined);
  const notReproducible: Truth['notReproducible'] = [];
  const leftOut: Truth['leftOut'] = [];
  let done = 0;
  await forEachConcurrently(tasks.entries(), atOnce, signal, async ([index, task]) => {
    const first = await runCold(run, task, join(folder, `${index}-first`), signal);
    const second = await runCold(run, task, join(folder, `${index}-second`), signal);
    if (!sameAnswer(first, second)) {
      const difference = await answerDifference(first, second, true);
      notReproducible.push({ task: index, alone: false, ...difference });
    } else if (first.kind === 'ended')
      leftOut.push({ task: index, why: `${first.outcome}: ${first.reason}` });
    else answers[index] = first;
    done += 1;
    onDone(done);
  });
  const inOrder = (a: { task: number }, b: { task: number }) => a.task - b.task;
  return { answers, notReproducible: notReproducible.sort(inOrder), leftOut: leftOut.sort(inOrder) };
}

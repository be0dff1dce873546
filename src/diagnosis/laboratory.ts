import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SimTask } from '../contracts/task/sim-task.js';
import type { TaskPlace } from '../local-run/task-place.js';
import { type Answer, sameAnswer } from './answer.js';
import { type ReusedRun, type ReuseOptions, runReused } from './run-reused.js';

/** Runs sequences of tasks, each in a reused process of its own, and knows what is right. */
export interface Laboratory {
  tasks: SimTask[];
  /** What each returned cold; a task that is not reproducible has none. */
  truth: (Answer | undefined)[];
  /** Aborted when nobody waits for the diagnosis any more: nothing is to be concluded then from what fails. */
  signal: AbortSignal;
  reuse<T>(sequence: SimTask[], options: ReuseOptions, use: (run: ReusedRun) => Promise<T>): Promise<T>;
  /** Whether the bundle itself has a library, and not a package that it needs. */
  hasLibrary(library: string): boolean;
  /** Whether the last task of a sequence comes out otherwise than it should, after all before it have run. */
  lastIsWrong(sequence: SimTask[], right: Answer, restore?: ReuseOptions['restore']): Promise<boolean>;
}

export function createLaboratory(
  place: TaskPlace,
  tasks: SimTask[],
  truth: Laboratory['truth'],
  signal: AbortSignal,
): Laboratory {
  const reuse: Laboratory['reuse'] = (sequence, options, use) =>
    runReused(place, sequence, options, use, signal);
  return {
    tasks,
    truth,
    signal,
    reuse,
    // A bundle that is installed may have its library only there.
    hasLibrary: (library) =>
      place.environment.project !== undefined ||
      [place.bundle.path, place.environment.builtBundle?.path].some(
        (folder) => folder !== undefined && existsSync(join(folder, library)),
      ),
    lastIsWrong: (sequence, right, restore = []) =>
      reuse(sequence, { restore }, async ({ answers }) => {
        const last = answers[sequence.length - 1];
        return last !== undefined && !sameAnswer(right, last);
      }),
  };
}

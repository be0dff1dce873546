import { LosslessNumber } from 'lossless-json';
import type { SimTask } from '../../../src/contracts/task/sim-task.js';
import type { Answer } from '../../../src/diagnosis/answer.js';
import { type Change, TaskEvent } from '../../../src/diagnosis/change.js';
import type { Laboratory } from '../../../src/diagnosis/laboratory.js';
import type { ReusedRun, ReuseOptions } from '../../../src/diagnosis/run-reused.js';

export const right = answer('right');
export const wrong = answer('wrong');

function answer(message: string): Answer {
  return { kind: 'raised', error: { type: 'Error', message, traceback: '' } };
}

export function fakeTask(x: number): SimTask {
  return {
    bundle_ref: `sha256:${'0'.repeat(64)}`,
    entrypoint: 'models.a/b',
    params: { param_id: String(x), values: { x: new LosslessNumber(String(x)) } },
    seed: BigInt(x),
  } as unknown as SimTask;
}

/** Changes as reuse.py tells them. */
export function fakeChanges(keys: string[], more: Partial<Change> = {}): Change[] {
  const changes = keys.map((key) => ({ key, kind: 'python', of_bundle: true, ...more }));
  return TaskEvent.parse({ task: 0, outcome: { kind: 'completed' }, outputs: [], seconds: 0, changes })
    .changes;
}

/** A laboratory in which `last` says what the last task of a sequence returns, and what else is seen. All tasks are right alone. */
export function fakeLaboratory(
  tasks: SimTask[],
  last: (sequence: SimTask[], options: ReuseOptions) => Answer | (Partial<ReusedRun> & { answer: Answer }),
  signal: AbortSignal = new AbortController().signal,
): Laboratory & { mostAtOnce(): number } {
  let [atOnce, most] = [0, 0];
  const reuse: Laboratory['reuse'] = async (sequence, options, use) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await new Promise(setImmediate);
    signal.throwIfAborted();
    const told = last(sequence, options);
    signal.throwIfAborted();
    const { answer: ofLast, ...more } = 'answer' in told ? told : { answer: told };
    const answers = sequence.map((_, index) => (index === sequence.length - 1 ? ofLast : right));
    atOnce -= 1;
    return use({ answers, changes: [], unseen: [], notRestored: {}, ...more });
  };
  return {
    tasks,
    truth: tasks.map(() => right),
    signal,
    reuse,
    hasLibrary: () => true,
    lastIsWrong: (sequence, expected, restore = []) =>
      reuse(sequence, { restore }, async ({ answers }) => answers.at(-1) !== expected),
    mostAtOnce: () => most,
  };
}

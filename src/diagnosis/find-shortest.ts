import type { SimTask } from '../contracts/task/sim-task.js';
import { type Answer, sameAnswer } from './answer.js';
import { type AnswerDifference, answerDifference } from './answer-difference.js';
import { deltaDebug } from './delta-debug.js';
import type { Laboratory } from './laboratory.js';

/** A place of a sequence where a task came out wrong. */
export interface WrongPlace {
  sequence: number[];
  position: number;
}

export interface Shortest {
  before: SimTask[];
  victim: SimTask;
  right: Answer;
  difference: AnswerDifference;
  wrong: number;
  times: number;
}

export interface ShortestSearch {
  shortest: Shortest | undefined;
  /** Tasks that come out wrong alone in a process of this kind, so that nothing before them is to blame. */
  alone: { task: number; difference: AnswerDifference }[];
}

const times = 3;

/**
 * The fewest tasks after which one comes out wrong, usually one: none of them can be left out. What is not wrong again when it is
 * repeated shows nothing.
 *
 * @param places the first wrong one of each order, the earliest first
 */
export async function findShortest(laboratory: Laboratory, places: WrongPlace[]): Promise<ShortestSearch> {
  const alone: ShortestSearch['alone'] = [];
  for (const { sequence, position } of places) {
    const [index = 0] = sequence.slice(position, position + 1);
    const [victim, right] = [laboratory.tasks[index], laboratory.truth[index]];
    if (victim === undefined || right === undefined || alone.some(({ task }) => task === index)) continue;
    const itself = await repeated(laboratory, [victim], right, (wrong) => wrong === 0);
    if (itself.difference) {
      alone.push({ task: index, difference: itself.difference });
      continue;
    }
    const others = sequence.slice(0, position).map((at) => laboratory.tasks[at] as SimTask);
    const shows = (some: SimTask[]) => laboratory.lastIsWrong([...some, victim], right);
    if (others.length === 0 || !(await shows(others))) continue;
    const before = await deltaDebug(others, shows);
    const { wrong, difference } = await repeated(laboratory, [...before, victim], right, () => true);
    if (difference) return { shortest: { before, victim, right, difference, wrong, times }, alone };
  }
  return { shortest: undefined, alone };
}

/** How often the last one comes out wrong, and how it did first. */
async function repeated(
  laboratory: Laboratory,
  sequence: SimTask[],
  right: Answer,
  goesOn: (wrong: number) => boolean,
): Promise<{ wrong: number; difference?: AnswerDifference }> {
  let wrong = 0;
  let difference: AnswerDifference | undefined;
  for (let time = 0; time < times && goesOn(wrong); time++)
    await laboratory.reuse(sequence, {}, async ({ answers }) => {
      const last = answers[sequence.length - 1];
      if (last === undefined || sameAnswer(right, last)) return;
      difference ??= await answerDifference(right, last, true);
      wrong += 1;
    });
  return { wrong, ...(difference && { difference }) };
}

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
 * The fewest tasks after which one comes out wrong, usually one: none of them can be left out.
 *
 * @param places the first wrong one of each order, the earliest first
 */
export async function findShortest(laboratory: Laboratory, places: WrongPlace[]): Promise<ShortestSearch> {
  const alone: ShortestSearch['alone'] = [];
  let best: { before: SimTask[]; victim: SimTask; right: Answer } | undefined;
  for (const { sequence, position } of places) {
    const [index = 0] = sequence.slice(position, position + 1);
    const [victim, right] = [laboratory.tasks[index], laboratory.truth[index]];
    if (victim === undefined || right === undefined || alone.some(({ task }) => task === index)) continue;
    const itself = await laboratory.reuse([victim], {}, async ({ answers: [answer] }) =>
      answer && !sameAnswer(right, answer) ? answerDifference(right, answer, true) : undefined,
    );
    if (itself) {
      alone.push({ task: index, difference: itself });
      continue;
    }
    const before = sequence.slice(0, position).map((at) => laboratory.tasks[at] as SimTask);
    const shows = (some: SimTask[]) => laboratory.lastIsWrong([...some, victim], right);
    if (before.length === 0 || !(await shows(before))) continue;
    best = { before: await deltaDebug(before, shows), victim, right };
    break;
  }
  if (best === undefined) return { shortest: undefined, alone };
  const { before, victim, right } = best;
  let wrong = 0;
  let difference: AnswerDifference = { outputs: [] };
  for (let time = 0; time < times; time++)
    await laboratory.reuse([...before, victim], {}, async ({ answers }) => {
      const last = answers[before.length];
      if (last === undefined || sameAnswer(right, last)) return;
      if (wrong === 0) difference = await answerDifference(right, last, true);
      wrong += 1;
    });
  return { shortest: { ...best, difference, wrong, times }, alone };
}

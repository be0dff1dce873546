import { type Answer, sameAnswer } from './answer.js';
import { answerDifference } from './answer-difference.js';
import type { Cell, DiagnosedDifference, DiagnosedOrder } from './diagnosis.js';
import type { Laboratory } from './laboratory.js';
import type { Order } from './orders.js';
import type { Plot } from './plot.js';
import { readPlots } from './read-plots.js';

export interface RanOrder {
  order: DiagnosedOrder;
  differences: DiagnosedDifference[];
  plots: Plot[];
}

/**
 * Runs all tasks in one process, and compares each with its truth.
 *
 * @param look of how many that differ the contents are compared
 */
export async function runOrder(laboratory: Laboratory, order: Order, look: number): Promise<RanOrder> {
  const { tasks, truth } = laboratory;
  const sequence = order.sequence.map((index) => tasks[index] as (typeof tasks)[number]);
  return laboratory.reuse(sequence, {}, async ({ answers }) => {
    const cells = answers.map((answer, position) => cellOf(truth[order.sequence[position] ?? 0], answer));
    const differences: DiagnosedDifference[] = [];
    for (const [position, answer] of answers.entries()) {
      const task = order.sequence[position] ?? 0;
      const right = truth[task];
      if (answer === undefined || right === undefined || !isWrong(cells[position])) continue;
      const difference = await answerDifference(right, answer, differences.length < look);
      differences.push({ order: order.name, position, task, ...difference });
    }
    const [first] = differences;
    return {
      order: {
        ...order,
        cells,
        ...(first && {
          wrong_from: {
            position: first.position,
            parameter_sets: new Set(
              order.sequence.slice(0, first.position + 1).map((index) => tasks[index]?.params.param_id),
            ).size,
          },
        }),
      },
      differences,
      plots: await readPlots(tasks, order, truth, answers, differences),
    };
  });
}

function cellOf(right: Answer | undefined, answer: Answer | undefined): Cell {
  if (right === undefined) return 'not-reproducible';
  if (answer === undefined) return 'unseen';
  if (sameAnswer(right, answer)) return 'same';
  return answer.kind === 'returned' ? 'different' : answer.kind;
}

function isWrong(cell: Cell | undefined): boolean {
  return cell === 'different' || cell === 'raised' || cell === 'ended';
}

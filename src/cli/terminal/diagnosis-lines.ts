import { answerDifferenceLines } from '../../diagnosis/answer-difference-lines.js';
import type { Cell, DiagnosedOrder, Diagnosis } from '../../diagnosis/diagnosis.js';
import { counted } from '../../reporting/counted.js';
import { leakLines } from './leak-lines.js';
import { taskWords } from './task-words.js';

/** What `diagnose` has found, for people. */
export function diagnosisLines(
  found: Diagnosis,
  { again, page }: { again?: string | undefined; page: string },
): string[] {
  const { verdict, tasks, orders, not_reproducible: unsure, left_out: leftOut, leak } = found;
  const truth = tasks.length - leftOut.length - unsure.filter(({ alone }) => !alone).length;
  const without = leftOut.length > 0 ? `, ${leftOut.length} left out` : '';
  return [
    `Cold: ${truth} of ${counted(tasks.length, 'task')} ${truth === 1 ? 'returns' : 'return'} the same bytes twice${without}.`,
    ...orders.map((order) => `Reused, ${order.name}: ${orderWords(order)}`),
    ...leftOut.map(
      ({ task, why }) => `Left out, as it ends its process cold, too: ${taskWords(tasks[task])} (${why})`,
    ),
    ...unsure
      .slice(0, 3)
      .flatMap(({ task, alone, ...difference }) => [
        alone
          ? `Differs alone in a process that would be reused, with nothing before it: ${taskWords(tasks[task])}`
          : `Not reproducible, each time in a fresh process: ${taskWords(tasks[task])}`,
        ...answerDifferenceLines(difference).map((line) => `  ${line}`),
      ]),
    ...(leak ? leakLines(leak, again) : []),
    '',
    {
      clean:
        leftOut.length > 0
          ? `Clean: of ${counted(tasks.length, 'task')}${without}, none comes out otherwise after others.`
          : 'Clean: no task comes out otherwise after others.',
      leak: 'It leaks: tasks come out otherwise after others in the same process. Until that is mended, `requires_fresh_process: true` in its metadata keeps them apart (--write adds it).',
      'not-reproducible':
        'Not reproducible: a leak cannot be told from chance before each task returns the same twice.',
    }[verdict],
    `Page: ${page}`,
  ];
}

function orderWords({ sequence, cells, wrong_from: wrong }: DiagnosedOrder): string {
  const bad = cells.filter((cell) => cell === 'different' || cell === 'raised' || cell === 'ended').length;
  if (wrong === undefined) {
    const of = (cell: Cell) => cells.filter((one) => one === cell).length;
    const [same, unsure, unseen] = [of('same'), of('not-reproducible'), of('unseen')];
    if (same === sequence.length) return `${counted(same, 'task')}, all as cold.`;
    const others = [
      ...(unsure > 0 ? [`${unsure} not reproducible`] : []),
      ...(unseen > 0 ? [`${unseen} not reached, as the process had ended`] : []),
    ];
    return `${counted(sequence.length, 'task')}, ${[`${same} as cold`, ...others].join(', ')}.`;
  }
  const crashed = cells.includes('ended') ? ', and the process ended' : '';
  const sets = wrong.parameter_sets;
  const right = sets > 1 ? `right for the first ${counted(sets - 1, 'parameter set')}, ` : '';
  return `${bad} of ${counted(sequence.length, 'task')} wrong${crashed}: ${right}wrong from number ${sets} on (task ${wrong.position + 1}).`;
}

import type { DiagnosedOrder, Diagnosis } from '../../diagnosis/diagnosis.js';
import { counted } from '../../reporting/counted.js';
import { answerDifferenceLines } from './answer-difference-lines.js';
import { leakLines } from './leak-lines.js';
import { taskWords } from './task-words.js';

/** What `diagnose` has found, for people. */
export function diagnosisLines(
  found: Diagnosis,
  { again, page }: { again?: string | undefined; page: string },
): string[] {
  const { verdict, tasks, orders, not_reproducible: unsure, left_out: leftOut, leak } = found;
  const truth = tasks.length - unsure.filter(({ alone }) => !alone).length;
  return [
    `Cold: ${truth} of ${counted(tasks.length, 'task')} ${truth === 1 ? 'returns' : 'return'} the same bytes twice.`,
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
      clean: 'Clean: no task comes out otherwise after others.',
      leak: 'It leaks: tasks come out otherwise after others in the same process. Until that is mended, `requires_fresh_process: true` in its metadata keeps them apart (--write adds it).',
      'not-reproducible':
        'Not reproducible: a leak cannot be told from chance before each task returns the same twice.',
    }[verdict],
    `Page: ${page}`,
  ];
}

function orderWords({ sequence, cells, wrong_from: wrong }: DiagnosedOrder): string {
  const bad = cells.filter((cell) => cell === 'different' || cell === 'raised' || cell === 'ended').length;
  if (wrong === undefined) return `${counted(sequence.length, 'task')}, all as cold.`;
  const crashed = cells.includes('ended') ? ', and the process ended' : '';
  const sets = wrong.parameter_sets;
  const right = sets > 1 ? `right for the first ${counted(sets - 1, 'parameter set')}, ` : '';
  return `${bad} of ${counted(sequence.length, 'task')} wrong${crashed}: ${right}wrong from number ${sets} on (task ${wrong.position + 1}).`;
}

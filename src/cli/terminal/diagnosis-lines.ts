import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { advice } from '../../diagnosis/advice.js';
import { culpritName } from '../../diagnosis/culprit-name.js';
import type { Culprit, DiagnosedOrder, DiagnosedTask, Diagnosis, Leak } from '../../diagnosis/diagnosis.js';
import { shownValue } from '../../diagnosis/shown-value.js';
import { triggerSentence } from '../../diagnosis/trigger-sentence.js';
import { counted } from '../../reporting/counted.js';
import { answerDifferenceLines } from './answer-difference-lines.js';

const changedShown = 5;

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

function leakLines({ shortest, trigger, culprits, unproved }: Leak, again: string | undefined): string[] {
  const before = shortest.sequence.slice(0, -1);
  const victim = shortest.sequence.at(-1);
  const causes = culprits.filter(({ verdict }) => verdict === 'cause');
  const others = culprits.filter(({ verdict }) => verdict !== 'cause');
  return [
    '',
    `The shortest proof, wrong ${shortest.wrong} of ${shortest.times} times:`,
    ...before.map((task, index) => `  ${index + 1}. ${taskWords(task)}`),
    `  ${before.length + 1}. ${taskWords(victim)}   comes out wrong`,
    ...answerDifferenceLines(shortest.difference).map((line) => `     ${line}`),
    ...(again ? [`  Again: ${again}`] : []),
    triggerSentence(trigger),
    ...causes.flatMap((culprit) => causeLines(culprit)),
    ...(unproved ? [unproved] : []),
    ...(others.length > 0
      ? [
          `Changed, too${causes.length > 0 ? ', and not the cause' : ''}: ${others.slice(0, changedShown).map(culpritName).join('; ')}${others.length > changedShown ? ` and ${others.length - changedShown} more` : ''}.`,
        ]
      : []),
  ];
}

function causeLines(culprit: Culprit): string[] {
  const { together, before, after, first_changed_by: by } = culprit;
  const { what, before: former, after: mended } = advice(culprit);
  const indented = (text: string) => text.split('\n').map((line) => `    ${line}`);
  return [
    '',
    `The cause: ${culpritName(culprit)}`,
    `  ${shownValue(culprit, before)} → ${shownValue(culprit, after)}, first changed by task ${by + 1}. Put back${together.length > 0 ? `, with ${together.join(', ')},` : ''} to what it was, the answer is right: proved.`,
    `  ${what}`,
    '  Instead of',
    ...indented(former),
    '  write',
    ...indented(mended),
  ];
}

function taskWords(task: DiagnosedTask | undefined): string {
  return task ? `${stringifyJson(task.params)} seed ${task.seed}` : '';
}

import { advice } from '../../diagnosis/advice.js';
import { answerDifferenceLines } from '../../diagnosis/answer-difference-lines.js';
import { culpritName } from '../../diagnosis/culprit-name.js';
import type { Culprit, Leak } from '../../diagnosis/diagnosis.js';
import { shownValue } from '../../diagnosis/shown-value.js';
import { triggerSentence } from '../../diagnosis/trigger-sentence.js';
import { untriedCulprits } from '../../diagnosis/untried-culprits.js';
import { taskWords } from './task-words.js';

const namesShown = 5;

/**
 * How a leak is shown, what triggers it and what it comes from, for people.
 *
 * @param again the command that repeats the shortest proof
 */
export function leakLines(
  { shortest, trigger, culprits, unproved, unseen }: Leak,
  again: string | undefined,
  { briefly = false }: { briefly?: boolean } = {},
): string[] {
  const before = shortest.sequence.slice(0, -1);
  const victim = shortest.sequence.at(-1);
  const causes = culprits.filter(({ verdict }) => verdict === 'cause');
  const changed = culprits.filter(({ verdict }) => verdict === 'changed');
  const { alone, fixed } = untriedCulprits(culprits);
  return [
    '',
    `The shortest proof, wrong ${shortest.wrong} of ${shortest.times} times:`,
    ...before.map((task, index) => `  ${index + 1}. ${taskWords(task)}`),
    `  ${before.length + 1}. ${taskWords(victim)}   comes out wrong`,
    ...(briefly ? [] : answerDifferenceLines(shortest.difference).map((line) => `     ${line}`)),
    ...(again ? [`  Again: ${again}`] : []),
    triggerSentence(trigger),
    ...causes.flatMap((culprit) => causeLines(culprit)),
    ...(unproved ? [unproved] : []),
    ...namesLine(`Changed, too${causes.length > 0 ? ', and not the cause' : ''}`, changed),
    ...namesLine('Changed, and not tried alone', alone),
    ...namesLine('Changed, and cannot be put back, so that it was not tried', fixed),
    ...(briefly ? [] : unseen),
  ];
}

function namesLine(what: string, some: Culprit[]): string[] {
  if (some.length === 0) return [];
  const more = some.length > namesShown ? ` and ${some.length - namesShown} more` : '';
  return [`${what}: ${some.slice(0, namesShown).map(nameWithReason).join('; ')}${more}.`];
}

function nameWithReason(culprit: Culprit): string {
  const { not_restored: why } = culprit;
  return `${culpritName(culprit)}${why === undefined ? '' : ` (${why})`}`;
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

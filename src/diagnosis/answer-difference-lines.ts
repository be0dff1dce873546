import { outputDifferenceLines } from '../comparison/output-difference-lines.js';
import { counted } from '../reporting/counted.js';
import type { AnswerDifference } from './answer-difference.js';

const outputsShown = 3;

/** In what two answers of a task differ, for people. */
export function answerDifferenceLines({ ended, outputs }: AnswerDifference): string[] {
  const more = outputs.length - outputsShown;
  return [
    ...(ended === undefined ? [] : [`${ended.replace(/\.$/, '')}.`]),
    ...outputs.slice(0, outputsShown).flatMap(outputDifferenceLines),
    ...(more > 0 ? [`and ${counted(more, 'more output')}`] : []),
  ];
}

import type { ComparedSet } from '../../demonstration/compare-answers.js';
import type { Answer } from '../../demonstration/read-answers.js';
import { formatTable } from '../terminal/format-table.js';

/** Which process ran which task. */
export function answersTable(answers: Answer[]): string {
  return formatTable(
    ['task', 'parameters', 'seed', 'process', 'outcome', 'overhead (ms)'],
    answers.map((answer) => [
      answer.taskId.slice(0, 8),
      answer.parameters,
      String(answer.seed),
      String(answer.pid),
      answer.outcome,
      answer.overheadMs.toFixed(1),
    ]),
  );
}

/** Where the answers of one reused process differ from those of fresh ones. */
export function comparisonTable(sets: ComparedSet[]): string {
  return formatTable(
    ['met as', 'parameters', 'tasks of the process', 'attack rates: fresh', 'reused', 'answers'],
    sets.map(({ parameters, ordinals, coldRates, warmRates, same }, index) => [
      String(index + 1),
      parameters,
      ordinals.join(', '),
      rates(coldRates),
      rates(warmRates),
      same ? 'the same' : 'WRONG',
    ]),
  );
}

function rates(values: number[]): string {
  return values.map((value) => value.toFixed(4)).join(' ');
}

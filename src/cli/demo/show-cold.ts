import type { GridRun } from '../../demonstration/run-grid.js';
import { formatTable } from '../terminal/format-table.js';
import type { Output } from '../terminal/output.js';

/**
 * Shows which process ran which task.
 *
 * @throws Error when a process ran more than one: then nothing was demonstrated.
 */
export function showCold({ answers, verified, fetched }: GridRun, output: Output): void {
  output.say('');
  output.say(
    formatTable(
      ['task', 'parameters', 'seed', 'process', 'outcome', 'overhead (ms)'],
      answers.map((answer) => [
        answer.taskId.slice(0, 8),
        answer.parameters,
        String(answer.seed),
        String(answer.pid),
        answer.outcome,
        answer.overheadMs.toFixed(1),
      ]),
    ),
  );
  const processes = new Set(answers.map(({ process }) => process)).size;
  const proven = verified.leaks.length === 0 && verified.unfinished === 0 && processes === answers.length;
  if (!proven) {
    throw new Error(
      `Cannot show what was promised: ${answers.length} tasks ran in ${processes} processes. ${verified.leaks[0]?.message ?? ''}`,
    );
  }
  output.say('');
  output.say(`Verified: ${answers.length} tasks ran in ${processes} processes, each of them fresh.`);
  output.say(`Results: ${fetched.folder}   Index: ${fetched.index.csv}`);
}

import { compareAnswers } from '../../demonstration/compare-answers.js';
import type { GridRun } from '../../demonstration/run-grid.js';
import { formatTable } from '../terminal/format-table.js';
import type { Output } from '../terminal/output.js';

/** The model's cache has this many slots. */
const rightSets = 3;

/**
 * Shows where the answers of one reused process differ from those of fresh ones.
 *
 * @throws Error when they do not differ as promised: a demonstration that shows something else is none.
 */
export function showWarm(cold: GridRun, warm: GridRun, output: Output): void {
  const sets = compareAnswers(cold.answers, warm.answers);
  output.say('');
  output.say(
    formatTable(
      ['met as', 'parameters', 'tasks of the process', 'attack rates: fresh', 'reused', 'answers'],
      sets.map(({ parameters, ordinals, coldRates, warmRates, same }, index) => [
        String(index + 1),
        parameters,
        ordinals.join(', '),
        rates(coldRates),
        rates(warmRates),
        same ? 'the same' : 'WRONG',
      ]),
    ),
  );
  const processes = new Set(warm.answers.map(({ process }) => process));
  const bundles = new Set([...cold.answers, ...warm.answers].map(({ bundleRef }) => bundleRef));
  const asPromised = sets.length > rightSets && sets.every(({ same }, index) => same === index < rightSets);
  if (processes.size !== 1 || bundles.size !== 1 || !asPromised || warm.verified.leaks.length === 0) {
    throw new Error(
      `Cannot show what was promised: ${warm.answers.length} tasks in ${processes.size} reused processes with ${bundles.size} binaries gave ${sets.filter(({ same }) => same).length} of ${sets.length} parameter sets as fresh processes did, and verify found ${warm.verified.leaks.length} violations. One process, one binary, the first ${rightSets} the same, all others not, and violations were expected.`,
    );
  }
  output.say('');
  output.say(
    `The same binary (${[...bundles].join().slice(0, 19)}…), in the one process ${warm.answers[0]?.pid}: right for the first ${rightSets} parameter sets that it met, silently wrong from number ${rightSets + 1} on.`,
  );
  output.say(
    `Verify of this job fails, as it must (exit code 4): ${warm.answers.length} tasks in one process, ${warm.verified.leaks.length} violations.`,
  );
  output.say(`Results, to compare: ${warm.fetched.folder}`);
}

function rates(values: number[]): string {
  return values.map((value) => value.toFixed(4)).join(' ');
}

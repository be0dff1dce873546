import type { ComparedSet } from './compare-answers.js';
import type { GridRun } from './run-grid.js';

/** The model's cache has this many slots. */
const rightSets = 3;

/** What one reused process did to the answers. */
export interface Leaked {
  /** The one binary that both runs have used. */
  bundleRef: string;
  pid: number | null;
  /** Parameter sets that it met first, and answered as fresh processes did. */
  rightSets: number;
}

/**
 * Makes sure that the answers of one reused process differ from those of fresh ones as they should.
 *
 * @throws Error when they do not differ as promised: a demonstration that shows something else is none.
 */
export function mustHaveLeaked(cold: GridRun, warm: GridRun, sets: ComparedSet[]): Leaked {
  const processes = new Set(warm.answers.map(({ process }) => process));
  const bundles = new Set([...cold.answers, ...warm.answers].map(({ bundleRef }) => bundleRef));
  const asPromised = sets.length > rightSets && sets.every(({ same }, index) => same === index < rightSets);
  const [bundleRef] = bundles;
  if (
    processes.size !== 1 ||
    bundles.size !== 1 ||
    bundleRef === undefined ||
    !asPromised ||
    warm.verified.leaks.length === 0
  ) {
    throw new Error(
      `Cannot show what was promised: ${warm.answers.length} tasks in ${processes.size} reused processes with ${bundles.size} binaries gave ${sets.filter(({ same }) => same).length} of ${sets.length} parameter sets as fresh processes did, and verify found ${warm.verified.leaks.length} violations. One process, one binary, the first ${rightSets} the same, all others not, and violations were expected.`,
    );
  }
  return { bundleRef, pid: warm.answers[0]?.pid ?? null, rightSets };
}

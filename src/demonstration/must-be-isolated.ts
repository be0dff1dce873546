import type { GridRun } from './run-grid.js';

/**
 * Makes sure that every task had a process of its own.
 *
 * @returns how many processes there were
 * @throws Error when a process ran more than one: then nothing was demonstrated.
 */
export function mustBeIsolated({ answers, verified }: GridRun): number {
  const processes = new Set(answers.map(({ process }) => process)).size;
  const proven = verified.leaks.length === 0 && verified.unfinished === 0 && processes === answers.length;
  if (proven) return processes;
  throw new Error(
    `Cannot show what was promised: ${answers.length} tasks ran in ${processes} processes. ${verified.leaks[0]?.message ?? ''}`,
  );
}

import type { Culprit } from './diagnosis.js';

/** What was not tried: `fixed` cannot be put back; `alone` was not, or only with others, which shows nothing of it. */
export function untriedCulprits(culprits: Culprit[]): { alone: Culprit[]; fixed: Culprit[] } {
  const untried = culprits.filter(({ verdict }) => verdict === 'untried');
  const isFixed = ({ restorable, not_restored: why }: Culprit) => !restorable || why !== undefined;
  return { alone: untried.filter((one) => !isFixed(one)), fixed: untried.filter(isFixed) };
}

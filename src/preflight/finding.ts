import type { Check } from '../reporting/check.js';

/** What preflight found out about one thing. */
export interface Finding {
  name: string;
  /**
   * `unchecked`: this machine cannot tell, another one may. `unknown`: nothing can be said anywhere, because the wire
   * function decides.
   */
  state: 'ok' | 'unknown' | 'unchecked' | 'missing';
  found: string;
  /** The traceback, or the last lines that were printed. */
  details?: string;
}

export function asCheck({ name, state, found }: Finding): Check {
  return { name, state: state === 'unknown' || state === 'unchecked' ? 'limited' : state, found };
}

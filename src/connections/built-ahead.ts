import type { Settings } from '../config/settings.js';
import type { Caller } from './caller.js';
import { openEnvironments } from './open-environments.js';

/**
 * Where environments are looked for before they are built: beside the bundles.
 *
 * @param warn is told why one that is there is not taken, a sentence
 */
export function builtAhead(
  settings: Settings,
  caller: Caller,
  warn: (sentence: string) => void,
): { open: () => ReturnType<typeof openEnvironments>; warn: (sentence: string) => void } {
  return { open: () => openEnvironments(settings, caller), warn };
}

import { environmentOptions } from '../config/environment-options.js';
import type { Settings } from '../config/settings.js';
import { builtAhead } from '../connections/built-ahead.js';
import type { Caller } from '../connections/caller.js';
import { createEnvironments } from '../environments/create-environments.js';
import type { KeptEnvironment, LocalBundle } from '../simulation/ports.js';

/**
 * Builds the environment of a bundle on this machine, and stores it for those that are of its kind, unless it is there.
 *
 * @param again whether it is stored in the place of one that is there
 * @param warn is told why one that the store has is not taken
 * @returns undefined when the bundle declares no packages
 * @throws EnvironmentFailed when it cannot be built; another error when it may be later, or cannot be stored.
 */
export async function buildHere(
  settings: Settings,
  bundle: LocalBundle,
  caller: Caller,
  { again, warn }: { again: boolean; warn: (sentence: string) => void },
): Promise<KeptEnvironment | undefined> {
  const { build, ...options } = environmentOptions(
    { ...settings, MODELOPS_ENVIRONMENTS: 'build' },
    { retry: true },
  );
  if (build === undefined) throw new Error('MODELOPS_ENVIRONMENTS=build builds none.');
  const store = builtAhead(settings, caller, warn);
  return createEnvironments({ ...options, build: { ...build, store } }).keep(bundle, { again });
}

import { openEnvironmentStore } from '../bundles/open-environment-store.js';
import type { Settings } from '../config/settings.js';
import type { Caller } from './caller.js';
import { openStore } from './open-bundles.js';

/** Where environments that were built ahead are kept, in the store of bundles that the settings describe. */
export async function openEnvironments(
  settings: Settings,
  caller: Caller,
): Promise<ReturnType<typeof openEnvironmentStore>> {
  return openEnvironmentStore(await openStore(settings, caller));
}

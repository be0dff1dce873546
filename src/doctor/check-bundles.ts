import { readBundlePlace } from '../config/read-bundle-place.js';
import type { Settings } from '../config/settings.js';
import type { Caller } from '../connections/caller.js';
import { openStore } from '../connections/open-bundles.js';
import { parseRegistry } from '../contracts/bundle/registry-address.js';
import type { Check } from '../reporting/check.js';
import { BundleUnavailable } from '../simulation/bundle-unavailable.js';

const nobodys = `sha256:${'0'.repeat(64)}`;

/** Whether the store of bundles answers, and lets us in: it is asked for a bundle that nobody has. */
export async function checkBundles(settings: Settings, caller: Caller): Promise<Check> {
  const name = 'Bundles';
  const place = readBundlePlace(settings);
  const backend = settings.AZURE_STORAGE_CONNECTION_STRING ?? settings.MODELOPS_AZURE_STORAGE_ACCOUNT;
  if (place.kind === 'blob' && backend === undefined) {
    return {
      name,
      state: 'limited',
      found: `in the container "${place.container}" of the azure_backend, once there is one`,
    };
  }
  const store = await openStore(settings, caller);
  try {
    const needsName = place.kind === 'oci' && parseRegistry(place.registry).path === '';
    await store.openManifest(needsName ? `mops-cold@${nobodys}` : nobodys);
  } catch (error) {
    // A registry may keep even from whom it would let in which repositories it does not have.
    if (error instanceof BundleUnavailable) return { name, state: 'limited', found: error.message };
    throw error;
  }
  return { name, state: 'ok', found: `${store.name} answers` };
}

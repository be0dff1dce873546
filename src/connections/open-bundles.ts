import type { BlobServiceClient } from '@azure/storage-blob';
import { connectBlobService } from '../azure-backend/connect-blob-service.js';
import type { BundleSource, BundleStore } from '../bundles/bundle-store.js';
import { createBundleCache } from '../bundles/cache/create-bundle-cache.js';
import { openBundleStore } from '../bundles/open-bundle-store.js';
import { readAzureBackend } from '../config/read-azure-backend.js';
import { readBundlePlace } from '../config/read-bundle-place.js';
import type { Settings } from '../config/settings.js';
import type { Bundles } from '../simulation/ports.js';
import type { Caller } from './caller.js';
import { checkReachable } from './check-reachable.js';
import { mustNameStorage } from './must-name-storage.js';

/**
 * The store of bundles that the settings describe. Where it is in the storage account, that is reached once, to fail at
 * once where nothing answers.
 *
 * @throws ConfigurationError
 */
export async function openStore(settings: Settings, { env, signal }: Caller): Promise<BundleStore> {
  const which = readBundlePlace(settings);
  const blobs = which.kind === 'blob' ? await reached(settings, env) : await backendIfAny(settings);
  return openBundleStore(which, { env, signal, ...(blobs && { blobs }) });
}

/** This machine's cache over a source of bundles. */
export function openCache(settings: Settings, source: BundleSource): Bundles {
  return createBundleCache({
    source,
    folder: settings.MODELOPS_BUNDLES_CACHE_DIR,
    limitBytes: settings.MODELOPS_BUNDLES_CACHE_BYTES,
  });
}

async function reached(settings: Settings, env: NodeJS.ProcessEnv): Promise<BlobServiceClient> {
  mustNameStorage(settings);
  const blobs = await connectBlobService(readAzureBackend(settings));
  await checkReachable(blobs.url, env);
  return blobs;
}

/** Only bundles of modelops-bundle with large files need it. */
async function backendIfAny(settings: Settings): Promise<BlobServiceClient | undefined> {
  if (!settings.AZURE_STORAGE_CONNECTION_STRING && !settings.MODELOPS_AZURE_STORAGE_ACCOUNT) return undefined;
  return connectBlobService(readAzureBackend(settings));
}

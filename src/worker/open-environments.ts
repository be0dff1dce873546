import { connectBlobService } from '../azure-backend/connect-blob-service.js';
import { openBundleStore } from '../bundles/open-bundle-store.js';
import { openEnvironmentStore } from '../bundles/open-environment-store.js';
import type { RuntimeConfig } from '../config/read-runtime-config.js';

/** Where the environments of bundles are kept that were built ahead: beside the bundles. */
export async function openEnvironments(
  config: RuntimeConfig,
  env: NodeJS.ProcessEnv,
): Promise<ReturnType<typeof openEnvironmentStore>> {
  const blobs = await connectBlobService(config.azureBackend);
  return openEnvironmentStore(await openBundleStore(config.bundlePlace, { blobs, env }));
}

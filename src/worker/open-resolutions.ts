import { connectBlobService } from '../azure-backend/connect-blob-service.js';
import { createResolutions } from '../bundles/blob-store/create-resolutions.js';
import type { RuntimeConfig } from '../config/read-runtime-config.js';

/** Where all instances find what a bundle without a lock was resolved to by the first of them. */
export async function openResolutions({ azureBackend, settings }: RuntimeConfig) {
  const blobs = await connectBlobService(azureBackend);
  return createResolutions(blobs.getContainerClient(settings.MODELOPS_BUNDLES_CONTAINER));
}

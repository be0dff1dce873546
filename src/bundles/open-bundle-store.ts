import type { BlobServiceClient } from '@azure/storage-blob';
import { openBlob } from '../azure-backend/open-blob.js';
import type { BundlePlace } from '../contracts/bundle/bundle-place.js';
import type { BundleStore } from './bundle-store.js';

interface Surroundings {
  /** The azure_backend; needed by `blob`, and by bundles of modelops-bundle whose large files are there. */
  blobs?: BlobServiceClient;
  /** Where the registry's credentials are found. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/** Opens a store of bundles. Makes no request. */
export async function openBundleStore(place: BundlePlace, surroundings: Surroundings): Promise<BundleStore> {
  const store = await open(place, surroundings);
  const { blobs } = surroundings;
  if (blobs === undefined) return store;
  return {
    ...store,
    openExternal: ({ container, blobName }) => openBlob(blobs.getContainerClient(container), blobName),
  };
}

/** Only the code of the one that is used is loaded: a worker's start is on the way of every task that recycles it. */
async function open(place: BundlePlace, { blobs, env, signal }: Surroundings): Promise<BundleStore> {
  switch (place.kind) {
    case 'file': {
      const { createFolderStore } = await import('./folder-store/create-folder-store.js');
      return createFolderStore(place.folder);
    }
    case 'oci': {
      const { createRegistryStore } = await import('./registry-store/create-registry-store.js');
      return createRegistryStore({ ...place, env, ...(signal && { signal }) });
    }
    case 'blob': {
      if (blobs === undefined) {
        throw new Error(
          'Cannot open the store of bundles: it is a container, and there is no azure_backend. Set AZURE_STORAGE_CONNECTION_STRING or MODELOPS_AZURE_STORAGE_ACCOUNT.',
        );
      }
      const { createBlobStore } = await import('./blob-store/create-blob-store.js');
      return createBlobStore(blobs.getContainerClient(place.container));
    }
  }
}

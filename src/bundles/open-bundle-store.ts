import type { BlobServiceClient } from '@azure/storage-blob';
import { openBlob } from '../azure-backend/open-blob.js';
import { createBlobStore } from './blob-store/create-blob-store.js';
import type { BundleStore } from './bundle-store.js';
import { createFolderStore } from './folder-store/create-folder-store.js';
import { createRegistryStore } from './registry-store/create-registry-store.js';

/** Which store: a registry, a container of the azure_backend, or a folder. */
export type BundleStoreKind =
  | { kind: 'oci'; registry: string; insecure: boolean }
  | { kind: 'blob'; container: string }
  | { kind: 'file'; folder: string };

/**
 * Opens a store of bundles. Makes no request.
 *
 * @param blobs the azure_backend; needed by `blob`, and by bundles of modelops-bundle whose large files are there
 * @param env where the registry's credentials are found
 */
export function openBundleStore(
  which: BundleStoreKind,
  { blobs, env, signal }: { blobs?: BlobServiceClient; env: NodeJS.ProcessEnv; signal?: AbortSignal },
): BundleStore {
  const store = open();
  if (blobs === undefined) return store;
  return {
    ...store,
    openExternal: ({ container, blobName }) => openBlob(blobs.getContainerClient(container), blobName),
  };

  function open(): BundleStore {
    switch (which.kind) {
      case 'file':
        return createFolderStore(which.folder);
      case 'oci':
        return createRegistryStore({ ...which, env, ...(signal && { signal }) });
      case 'blob':
        if (blobs === undefined) {
          throw new Error(
            'Cannot open the store of bundles: it is a container, and there is no azure_backend. Set AZURE_STORAGE_CONNECTION_STRING or MODELOPS_AZURE_STORAGE_ACCOUNT.',
          );
        }
        return createBlobStore(blobs.getContainerClient(which.container));
    }
  }
}

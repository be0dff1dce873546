import { StorageName } from '../../azure-backend/azure-backend.js';
import { parseBlobReference } from '../../azure-backend/blob-reference.js';
import type { BundleSource, Bytes } from '../bundle-store.js';
import type { CheckedFile } from './check-files.js';

/**
 * The bytes of one file of a bundle, from its layer or from where it is kept instead.
 *
 * @param refuse makes the error from the end of a sentence that begins with the file
 */
export async function openBundleFile(
  source: BundleSource,
  bundleRef: string,
  file: CheckedFile,
  refuse: (what: string) => Error,
): Promise<Bytes> {
  if (file.external === undefined) {
    const bytes = await source.openBlob(bundleRef, file.digest);
    if (bytes === undefined) throw refuse('is not there');
    return bytes;
  }
  if (!file.external.startsWith('azure://')) {
    throw refuse(`is kept at ${file.external}, which only the machine that pushed the bundle can reach`);
  }
  if (source.openExternal === undefined) {
    throw refuse(
      `is kept in Blob storage (${file.external}), and there is no azure_backend to read it from: set AZURE_STORAGE_CONNECTION_STRING or MODELOPS_AZURE_STORAGE_ACCOUNT`,
    );
  }
  const bytes = await source.openExternal(placeOf(file.external, refuse));
  if (bytes === undefined) throw refuse(`is not there (${file.external})`);
  return bytes;
}

/** modelops-bundle writes blob names percent-encoded. */
function placeOf(reference: string, refuse: (what: string) => Error) {
  try {
    const { container, blobName } = parseBlobReference(reference);
    return { container: StorageName.parse(container), blobName: decodeURIComponent(blobName) };
  } catch {
    throw refuse(`is kept at ${reference}, which is no azure://<container>/<blob name>`);
  }
}

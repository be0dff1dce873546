import { isFull, isReadOnly } from '../../files/kinds-of-trouble.js';

/** Says of an error of the file system what it means for the cache; another error stays as it is. */
export function cacheTrouble(error: unknown, bundleRef: string, folder: string): unknown {
  if (!(error instanceof Error)) return error;
  const cannot = `Cannot keep bundle ${bundleRef} in ${folder}`;
  if (isFull(error)) {
    return new Error(
      `${cannot}: the disk is full (${error.message}). Free space there, or let MODELOPS_BUNDLES_CACHE_DIR name another disk.`,
      { cause: error },
    );
  }
  if (isReadOnly(error)) {
    return new Error(
      `${cannot}: it cannot be written (${error.message}). Let MODELOPS_BUNDLES_CACHE_DIR name a folder that the app may write to.`,
      { cause: error },
    );
  }
  // Whatever else the operating system says of a place in the cache.
  if ('syscall' in error && 'path' in error && String(error.path).startsWith(folder)) {
    return new Error(
      `${cannot}: it cannot be used (${error.message}). Let MODELOPS_BUNDLES_CACHE_DIR name a folder that the app may write to.`,
      { cause: error },
    );
  }
  return error;
}

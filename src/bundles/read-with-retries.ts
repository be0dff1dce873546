import { RestError } from '@azure/storage-blob';
import pRetry, { AbortError } from 'p-retry';
import { BundleUnavailable } from '../simulation/bundle-unavailable.js';
import type { Bytes } from './bundle-store.js';

/**
 * Reads something from a store to its end, and from its beginning again when the connection broke in the middle: that
 * costs no delivery of the message. That the store does not answer at all is not repeated here: the store does so.
 *
 * @param read gets the bytes; what it wrote of them must be gone when it fails
 */
export function readWithRetries<T>(
  open: () => Promise<Bytes>,
  read: (bytes: Bytes) => Promise<T>,
): Promise<T> {
  const once = async () => {
    const bytes = await open().catch((error: unknown) => {
      throw error instanceof Error ? new AbortError(error) : error;
    });
    return read(bytes);
  };
  return pRetry(once, {
    retries: 3,
    minTimeout: 500,
    factor: 2,
    randomize: true,
    shouldRetry: ({ error }) => mayPass(error),
  });
}

const ofThisDisk = [
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'EEXIST',
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
];

/** Not what is wrong with the content, nor this machine's disk, nor what the storage client has repeated already. */
function mayPass(error: Error): boolean {
  if (error instanceof BundleUnavailable || error instanceof RestError) return false;
  return !('code' in error && ofThisDisk.includes(String(error.code)));
}

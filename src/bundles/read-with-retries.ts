import { RestError } from '@azure/storage-blob';
import pRetry, { AbortError } from 'p-retry';
import { hasCode } from '../files/has-code.js';
import { BundleUnavailable } from '../simulation/bundle-unavailable.js';
import type { Bytes } from './bundle-store.js';
import { inTime } from './in-time.js';

/** A store that sends nothing for this long has forgotten us. */
const stallMs = 60_000;

/**
 * Reads something from a store to its end, and from its beginning again when the connection broke in the middle: that
 * costs no delivery of the message. That the store does not answer at all is not repeated here: the store does so.
 *
 * @param read gets the bytes; what it wrote of them must be gone when it fails
 */
export function readWithRetries<T>(
  open: () => Promise<Bytes>,
  read: (bytes: Bytes) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const once = async () => {
    const bytes = await open().catch((error: unknown) => {
      throw error instanceof Error ? new AbortError(error) : error;
    });
    try {
      return await read(inTime(bytes, stallMs, signal));
    } finally {
      discard(bytes);
    }
  };
  return pRetry(once, {
    retries: 3,
    minTimeout: 500,
    factor: 2,
    randomize: true,
    shouldRetry: ({ error }) => !signal?.aborted && mayPass(error),
    ...(signal && { signal }),
  });
}

/** Closes what was not read to its end: a file or a connection. */
function discard(bytes: Bytes): void {
  if ('destroy' in bytes && typeof bytes.destroy === 'function') bytes.destroy();
  else void bytes[Symbol.asyncIterator]().return?.();
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
  'ENAMETOOLONG',
];

/** Not what is wrong with the content, nor this machine's disk, nor what the storage client has repeated already. */
function mayPass(error: Error): boolean {
  if (error instanceof BundleUnavailable || error instanceof RestError) return false;
  return !hasCode(error, ...ofThisDisk);
}

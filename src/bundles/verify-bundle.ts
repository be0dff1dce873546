import { BundleUnavailable } from '../simulation/bundle-unavailable.js';
import { allAtOnce } from './all-at-once.js';
import type { BundleSource } from './bundle-store.js';
import { openBundleFile } from './format/open-bundle-file.js';
import { readBundleFiles } from './format/read-bundle-files.js';
import { verifiedBytes } from './format/verified-bytes.js';
import { readWithRetries } from './read-with-retries.js';

const filesAtOnce = 8;

export interface VerifiedBundle {
  files: number;
  bytes: number;
  /** Sentences, one for each file that is not what the bundle says. */
  problems: string[];
}

/**
 * Reads every file of a bundle in a store, and compares it with its digest.
 *
 * @throws BundleUnavailable when its manifest or list of files cannot be used; Error when the store is in trouble.
 */
export async function verifyBundle(
  store: BundleSource,
  ref: string,
  {
    signal,
    onProgress,
  }: { signal: AbortSignal; onProgress: (state: { done: number; total: number }) => void },
): Promise<VerifiedBundle> {
  const files = await readBundleFiles(store, ref);
  let done = 0;
  const problems = await allAtOnce(files, { limit: filesAtOnce, signal }, async (file) => {
    const refuse = (what: string) => new BundleUnavailable(`${file.path} ${what}.`);
    try {
      await readWithRetries(
        () => openBundleFile(store, ref, file, refuse),
        async (bytes) => {
          for await (const _ of verifiedBytes(bytes, file, refuse));
        },
        signal,
      );
      return [];
    } catch (error) {
      if (error instanceof BundleUnavailable) return [error.message];
      throw error; // the store is in trouble, which says nothing of the bundle
    } finally {
      onProgress({ done: ++done, total: files.length });
    }
  });
  return {
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    problems: problems.flat(),
  };
}

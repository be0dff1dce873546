import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleSource } from './bundle-store.js';
import type { CheckedFile } from './format/check-files.js';
import { readBundleFiles } from './format/read-bundle-files.js';
import { unpackBundle } from './unpack-bundle.js';

/**
 * Writes a bundle into an empty folder, for a person: without any cache, and writable.
 *
 * @throws BundleUnavailable when it cannot be had, or is not what its digest promises.
 */
export async function fetchBundle(
  source: BundleSource,
  bundleRef: string,
  folder: string,
  options: { signal: AbortSignal; onProgress: (state: { done: number; total: number }) => void },
): Promise<CheckedFile[]> {
  const files = await readBundleFiles(source, bundleRef, options.signal);
  await unpackBundle(source, bundleRef, files, folder, options);
  for (const { path, executable } of files) await chmod(join(folder, path), executable ? 0o755 : 0o644);
  return files;
}

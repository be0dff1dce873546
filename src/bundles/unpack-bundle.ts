import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pLimit from 'p-limit';
import { BundleUnavailable } from '../simulation/bundle-unavailable.js';
import type { BundleSource } from './bundle-source.js';
import type { CheckedFile } from './check-files.js';
import { readBundleFiles } from './read-bundle-files.js';
import { verifiedBytes } from './verified-bytes.js';

/**
 * Writes every file of a bundle into an empty folder, verified while it is written, and read-only.
 *
 * @throws BundleUnavailable when the bundle is not what its digest promises; any other error may pass.
 */
export async function unpackBundle(source: BundleSource, bundleRef: string, folder: string): Promise<void> {
  const files = await readBundleFiles(source, bundleRef);
  for (const parent of new Set(files.map((file) => dirname(file.path)))) {
    await mkdir(join(folder, parent), { recursive: true });
  }
  const atOnce = pLimit(8);
  const written = await Promise.allSettled(files.map((file) => atOnce(() => write(file))));
  // Every write has ended before the first failure is told, so that the caller may remove the folder.
  for (const result of written) if (result.status === 'rejected') throw result.reason;

  async function write(file: CheckedFile): Promise<void> {
    const refuse = (what: string, cause?: unknown) =>
      new BundleUnavailable(
        `Cannot use bundle ${bundleRef} from ${source.name}: its file ${file.path} ${what}.`,
        {
          cause,
        },
      );
    const bytes = await source.openBlob(bundleRef, file.digest);
    if (bytes === undefined) throw refuse('is not there');
    const target = createWriteStream(join(folder, file.path), {
      flags: 'wx',
      mode: file.executable ? 0o555 : 0o444,
    });
    try {
      await pipeline(
        bytes,
        (chunks: AsyncIterable<Uint8Array>) => verifiedBytes(chunks, file, refuse),
        target,
      );
    } catch (error) {
      // The paths differ, so this file system does not tell upper from lower case.
      const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      throw taken ? refuse('has a name that another of its files has on this file system', error) : error;
    }
  }
}

import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BundleUnavailable } from '../simulation/bundle-unavailable.js';
import type { BundleStore, LocalBundle } from '../simulation/ports.js';
import { type BundleReference, parseBundleReference } from './bundle-reference.js';
import type { BundleSource } from './bundle-source.js';
import { fileSize } from './file-size.js';
import { unpackBundle } from './unpack-bundle.js';

/**
 * Keeps bundles unpacked on this machine, as `<cacheFolder>/sha256/<64 hex>/`.
 *
 * A bundle appears there whole or not at all: it is unpacked beside and renamed. Requests of this process for one
 * bundle share the work; when several processes unpack it, the first one's stays.
 */
export function createBundleStore({
  source,
  cacheFolder,
}: {
  source: BundleSource;
  cacheFolder: string;
}): BundleStore {
  const underWay = new Map<string, Promise<LocalBundle>>();
  const cache = resolve(cacheFolder);

  return {
    async ensureLocal(bundleRef) {
      const reference = parseBundleReference(bundleRef);
      if (reference === undefined) {
        throw new BundleUnavailable(
          `Cannot use bundle ${bundleRef}: it is no reference by digest. Write sha256:<64 hex digits>, if need be after "repository@".`,
        );
      }
      const running = underWay.get(reference.digest);
      if (running !== undefined) return running;
      const work = ensure(reference).finally(() => underWay.delete(reference.digest));
      underWay.set(reference.digest, work);
      return work;
    },
  };

  async function ensure(reference: BundleReference): Promise<LocalBundle> {
    const { digest } = reference;
    const path = join(cache, ...digest.split(':'));
    if ((await fileSize(path)) !== undefined) return { digest, path };

    const unfinished = join(cache, 'unfinished', `${digest.slice('sha256:'.length)}.${randomUUID()}`);
    await mkdir(join(cache, 'sha256'), { recursive: true });
    await mkdir(unfinished, { recursive: true });
    try {
      await unpackBundle(source, reference, unfinished);
      await renameUnlessTaken(unfinished, path);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
    return { digest, path };
  }
}

/** A folder with content is never replaced by a rename: when another process was faster, its bundle stays. */
async function renameUnlessTaken(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST'))
      return;
    throw error;
  }
}

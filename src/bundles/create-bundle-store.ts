import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleDigest } from '../contracts/bundle-digest.js';
import { BundleRef } from '../contracts/bundle-ref.js';
import { BundleUnavailable } from '../simulation/bundle-unavailable.js';
import type { BundleStore, LocalBundle } from '../simulation/ports.js';
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
      const checked = BundleRef.safeParse(bundleRef);
      if (!checked.success) {
        throw new BundleUnavailable(`Cannot use the bundle: it ${checked.error.issues[0]?.message}.`);
      }
      const digest = bundleDigest(bundleRef);
      const running = underWay.get(digest);
      if (running !== undefined) return running;
      const work = ensure(bundleRef, digest).finally(() => underWay.delete(digest));
      underWay.set(digest, work);
      return work;
    },
  };

  async function ensure(bundleRef: string, digest: string): Promise<LocalBundle> {
    const path = join(cache, ...digest.split(':'));
    if ((await fileSize(path)) !== undefined) return { digest, path };

    const unfinished = join(cache, 'unfinished', `${digest.slice('sha256:'.length)}.${randomUUID()}`);
    await mkdir(join(cache, 'sha256'), { recursive: true });
    await mkdir(unfinished, { recursive: true });
    try {
      await unpackBundle(source, bundleRef, unfinished);
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

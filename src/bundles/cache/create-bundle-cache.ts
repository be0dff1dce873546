import { randomUUID } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleDigest } from '../../contracts/bundle-digest.js';
import { BundleRef } from '../../contracts/bundle-ref.js';
import { BundleUnavailable } from '../../simulation/bundle-unavailable.js';
import type { Bundles } from '../../simulation/ports.js';
import type { BundleSource } from '../bundle-store.js';
import { fileSize } from '../file-size.js';
import type { CheckedFile } from '../format/check-files.js';
import { readBundleFiles } from '../format/read-bundle-files.js';
import { type Declarations, readDeclarations } from '../metadata/read-declarations.js';
import { withLock } from '../with-lock.js';
import { describeFolder, isIntact, readEntry, touchEntry, writeEntry } from './cache-entry.js';
import { cachePaths } from './cache-paths.js';
import { cacheTrouble } from './cache-trouble.js';
import { createLeases } from './leases.js';
import { makeRoom, removeBundle, removeUnfinished } from './make-room.js';
import { unpackBundle } from './unpack-bundle.js';

export interface CacheOptions {
  source: BundleSource;
  folder: string;
  /** Bytes of files that the cache may hold. Bundles in use are never removed, whatever they take. */
  limitBytes: number;
}

/**
 * Keeps bundles unpacked on this machine, as `<folder>/sha256/<64 hex>/`.
 *
 * A bundle appears there whole or not at all: it is unpacked beside and renamed. Any number of processes may use one
 * cache; one of them unpacks a bundle, the others wait for it. A bundle that somebody damaged is unpacked again.
 */
export function createBundleCache({ source, folder, limitBytes }: CacheOptions): Bundles {
  const paths = cachePaths(resolve(folder));
  const leases = createLeases(paths.leases);
  const underWay = new Map<string, Promise<void>>();
  const declarations = new Map<string, Promise<Declarations>>();

  return {
    async ensureLocal(bundleRef) {
      const checked = BundleRef.safeParse(bundleRef);
      if (!checked.success) {
        throw new BundleUnavailable(`Cannot use the bundle: it ${checked.error.issues[0]?.message}.`);
      }
      const digest = bundleDigest(bundleRef);
      const hex = digest.slice('sha256:'.length);
      // Taken before anything is looked at: from now on nobody removes the bundle.
      const release = await leases.take(hex).catch(trouble(bundleRef));
      try {
        const locked = (await fileSize(`${paths.lock(hex)}.lock`)) !== undefined;
        if (locked || !(await isHere(hex))) await shared(hex, () => bring(bundleRef, hex));
        const path = paths.bundle(hex);
        return { digest, path, ...(await declared(bundleRef, hex, path)), release };
      } catch (error) {
        await release();
        throw error;
      }
    },
  };

  async function isHere(hex: string): Promise<boolean> {
    const entry = await readEntry(paths.entry(hex));
    if (entry === undefined || !(await isIntact(paths.bundle(hex), entry))) return false;
    await touchEntry(paths.entry(hex));
    return true;
  }

  function shared(hex: string, work: () => Promise<void>): Promise<void> {
    const running = underWay.get(hex) ?? work().finally(() => underWay.delete(hex));
    underWay.set(hex, running);
    return running;
  }

  async function bring(bundleRef: string, hex: string): Promise<void> {
    await withLock(paths.lock(hex), async () => {
      if (await isHere(hex)) return; // by another process, meanwhile
      await removeBundle(paths, hex);
      await removeUnfinished(paths, hex);
      declarations.delete(hex);
      const files = await readBundleFiles(source, bundleRef);
      await mustHaveRoom(bundleRef, files);
      await fill(bundleRef, hex, files);
    }).catch(trouble(bundleRef));
  }

  async function mustHaveRoom(bundleRef: string, files: CheckedFile[]): Promise<void> {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes > limitBytes) {
      throw new BundleUnavailable(
        `Cannot use bundle ${bundleRef} from ${source.name}: its files are ${bytes} bytes, and the cache may hold ${limitBytes} (MODELOPS_BUNDLES_CACHE_BYTES). Raise the limit, or make the bundle smaller.`,
      );
    }
    await mkdir(paths.bundles, { recursive: true });
    const free = await makeRoom(paths, leases, { bytes, limitBytes });
    if (free < bytes) {
      throw Object.assign(new Error(`${free} bytes are free, its files are ${bytes} bytes`), {
        code: 'ENOSPC',
      });
    }
  }

  async function fill(bundleRef: string, hex: string, files: CheckedFile[]): Promise<void> {
    const unfinished = join(paths.unfinished, `${hex}.${randomUUID()}`);
    await mkdir(unfinished, { recursive: true });
    try {
      await unpackBundle(source, bundleRef, files, unfinished);
      await writeEntry(paths.entry(hex), await describeFolder(unfinished, files));
      await rename(unfinished, paths.bundle(hex)).catch(unlessTaken);
    } finally {
      await removeUnfinished(paths, hex);
    }
  }

  function declared(bundleRef: string, hex: string, path: string): Promise<Declarations> {
    const known =
      declarations.get(hex) ??
      readDeclarations(
        path,
        (what, cause) => new BundleUnavailable(`Cannot use bundle ${bundleRef}: ${what}`, { cause }),
      );
    declarations.set(hex, known);
    return known.catch((error: unknown) => {
      declarations.delete(hex);
      throw error;
    });
  }

  function trouble(bundleRef: string) {
    return (error: unknown): never => {
      throw cacheTrouble(error, bundleRef, folder);
    };
  }
}

/** A folder with content is never replaced by a rename: when a holder that was taken for dead was faster, its bundle stays. */
function unlessTaken(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleDigest } from '../../contracts/bundle/bundle-digest.js';
import { BundleRef } from '../../contracts/bundle/bundle-ref.js';
import { hasCode } from '../../files/has-code.js';
import { isFull, isReadOnly } from '../../files/kinds-of-trouble.js';
import { createLeases } from '../../files/leases.js';
import { mustBeOurs } from '../../files/must-be-ours.js';
import { withLock } from '../../files/with-lock.js';
import { BundleUnavailable } from '../../simulation/bundle-unavailable.js';
import type { Bundles } from '../../simulation/ports.js';
import type { BundleSource } from '../bundle-store.js';
import type { CheckedFile } from '../format/check-files.js';
import { readBundleFiles } from '../format/read-bundle-files.js';
import { type Declarations, readDeclarations } from '../metadata/read-declarations.js';
import { unpackBundle } from '../unpack-bundle.js';
import { describeFolder, readEntry, touchEntry, writeEntry } from './cache-entry.js';
import { cachePaths } from './cache-paths.js';
import { cacheTrouble } from './cache-trouble.js';
import { isIntact } from './is-intact.js';
import { makeRoom, removeBundle, removeUnfinished } from './make-room.js';
import { shareWork } from './share-work.js';

export interface CacheOptions {
  source: BundleSource;
  folder: string;
  /** Bytes of files that the cache may hold. Bundles in use are never removed, whatever they take. */
  limitBytes: number;
}

/** Enough for the files by which the cache is managed. */
const someBytes = 64 * 1024;

/**
 * Keeps bundles unpacked on this machine, as `<folder>/sha256/<64 hex>/`.
 *
 * A bundle appears there whole or not at all: it is unpacked beside and renamed. Any number of processes may use one
 * cache; one of them unpacks a bundle, the others wait for it. A bundle that somebody damaged is unpacked again.
 */
export function createBundleCache({ source, folder, limitBytes }: CacheOptions): Bundles {
  const paths = cachePaths(resolve(folder));
  const leases = createLeases(paths.leases);
  const shared = shareWork<void>();
  const declarations = new Map<string, Promise<Declarations>>();
  /** Everything is in use, and too much: what is released next makes room. */
  let crowded = false;

  return {
    async ensureLocal(bundleRef, signal) {
      const checked = BundleRef.safeParse(bundleRef);
      if (!checked.success) {
        throw new BundleUnavailable(`Cannot use the bundle: it ${checked.error.issues[0]?.message}.`);
      }
      try {
        mustBeOurs(paths.root, 'MODELOPS_BUNDLES_CACHE_DIR');
        return await orAfterMakingRoom(() => hold(bundleRef, signal));
      } catch (error) {
        throw cacheTrouble(error, bundleRef, folder);
      }
    },
  };

  async function hold(bundleRef: string, signal: AbortSignal | undefined) {
    const digest = bundleDigest(bundleRef);
    const hex = digest.slice('sha256:'.length);
    // Taken before anything is looked at: from now on nobody removes the bundle.
    const giveBack = await leases.take(hex);
    const release = async () => {
      await giveBack();
      if (crowded) await keepLimit();
    };
    try {
      if (existsSync(`${paths.lock(hex)}.lock`) || !(await isHere(hex))) {
        await shared(bundleRef, (signal) => bring(bundleRef, hex, signal), signal);
      }
      const path = paths.bundle(hex);
      return { digest, ref: bundleRef, path, ...(await declared(bundleRef, hex, path)), release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async function isHere(hex: string): Promise<boolean> {
    const entry = readEntry(paths.entry(hex));
    if (entry === undefined || !(await isIntact(paths.bundle(hex), entry))) return false;
    touchEntry(paths.entry(hex));
    return true;
  }

  async function bring(bundleRef: string, hex: string, signal: AbortSignal): Promise<void> {
    const work = async () => {
      if (await isHere(hex)) return; // brought by another process meanwhile
      await removeBundle(paths, hex);
      await removeUnfinished(paths, hex);
      declarations.delete(hex);
      const files = await readBundleFiles(source, bundleRef, signal);
      await mustHaveRoom(bundleRef, files);
      await fill(bundleRef, hex, files, signal);
      await keepLimit(); // others may have come at the same time
    };
    await withLock(paths.lock(hex), work, signal).catch(async (error: unknown) => {
      // A lock that was left in a place that cannot be written stays; nothing there can be removed either.
      if (!isReadOnly(error) || !(await isHere(hex))) throw error;
    });
  }

  async function mustHaveRoom(bundleRef: string, files: CheckedFile[]): Promise<void> {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes > limitBytes) {
      throw new BundleUnavailable(
        `Cannot use bundle ${bundleRef} from ${source.name}: its files are ${bytes} bytes, and the cache may hold ${limitBytes} (MODELOPS_BUNDLES_CACHE_BYTES). Raise the limit, or make the bundle smaller.`,
      );
    }
    // Tasks have copies, or other names of the same files.
    await mkdir(paths.bundles, { recursive: true, mode: 0o700 });
    const { freeBytes } = await makeRoom(paths, leases, { bytes, limitBytes });
    if (freeBytes < bytes) {
      const state = `${freeBytes} bytes are free, its files are ${bytes} bytes`;
      throw Object.assign(new Error(state), { code: 'ENOSPC' });
    }
  }

  async function fill(
    bundleRef: string,
    hex: string,
    files: CheckedFile[],
    signal: AbortSignal,
  ): Promise<void> {
    const unfinished = join(paths.unfinished, `${hex}.${randomUUID()}`);
    await mkdir(unfinished, { recursive: true });
    try {
      await unpackBundle(source, bundleRef, files, unfinished, { signal });
      const entry = await describeFolder(unfinished, files);
      await rename(unfinished, paths.bundle(hex));
      await writeEntry(paths.entry(hex), entry, paths.unfinished);
    } catch (error) {
      // A folder with content is never replaced: when a holder that was taken for dead was faster, its bundle stays.
      if (!(isTaken(error) && (await isHere(hex)))) throw error;
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }

  async function keepLimit(): Promise<void> {
    crowded = (await makeRoom(paths, leases, { bytes: 0, limitBytes })).keptBytes > limitBytes;
  }

  /** A full disk has no room for a lock either. */
  async function orAfterMakingRoom<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isFull(error) || !(await madeRoom())) throw error;
      return work();
    }
  }

  async function madeRoom(): Promise<boolean> {
    return (await makeRoom(paths, leases, { bytes: someBytes, limitBytes })).freeBytes >= someBytes;
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
}

function isTaken(error: unknown): boolean {
  return hasCode(error, 'ENOTEMPTY', 'EEXIST');
}

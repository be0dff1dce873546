import { basename } from 'node:path';
import type { BundleSource, BundleStore, BundleTarget } from '../bundles/bundle-store.js';
import { createPackedSource } from '../bundles/pack/create-packed-source.js';
import { NoBundleName, resolveBundle } from '../bundles/pack/resolve-bundle.js';
import { type PushedBundle, pushBundle } from '../bundles/push-bundle.js';
import { readBundlePlace } from '../config/read-bundle-place.js';
import type { Settings } from '../config/settings.js';
import { parseRegistry } from '../contracts/bundle/registry-address.js';
import { UsageError } from '../reporting/usage-error.js';
import type { Caller } from './caller.js';
import { openStore } from './open-bundles.js';

/** A bundle as a person named it. */
export interface NamedBundle {
  kind: 'reference' | 'folder';
  /** Absolute; only of a folder. */
  folder?: string;
  /** How messages name it. */
  ref: string;
  /** What a person should know of what a folder holds, a sentence each. */
  remarks: string[];
  /** Where its files can be had now: the folder itself, or the store. */
  source(): Promise<BundleSource>;
  /** Puts a folder into the store; does nothing for a reference. */
  push(onProgress?: PushProgress): Promise<StoredBundle | undefined>;
}

export interface PushOptions {
  /** Where in a registry. */
  repository?: string;
  tag?: string;
  /** Send everything, whatever the store says that it has. */
  repair?: boolean;
}

/** A folder that is in the store now. */
export interface StoredBundle extends PushedBundle {
  folder: string;
  /** How many it has. */
  files: number;
  store: BundleStore;
}

/** Is told, again and again, how much of what is new to the store is there by now: blobs. */
export type PushProgress = (state: { done: number; total: number }) => void;

/** Finds out what `--bundle` means. A folder is packed, so that its digest is known, and is not stored yet. */
export async function namedBundle(
  refOrPath: string,
  settings: Settings,
  caller: Caller,
  options: PushOptions = {},
): Promise<NamedBundle> {
  const resolved = await resolveBundle(refOrPath).catch((error: unknown) => {
    throw error instanceof NoBundleName ? new UsageError(error.message, { cause: error }) : error;
  });
  const store = once(() => openStore(settings, caller));
  if (resolved.kind === 'reference') {
    return {
      kind: resolved.kind,
      ref: resolved.ref,
      remarks: [],
      source: store,
      push: async () => undefined,
    };
  }
  const { folder, packed, remarks } = resolved;
  const place = readBundlePlace(settings);
  if (options.repository !== undefined && place.kind !== 'oci') {
    throw new UsageError(
      'Cannot use --repository: only a registry has repositories, and bundles are kept elsewhere (MODELOPS_BUNDLE_SOURCE).',
    );
  }
  const repository =
    options.repository ?? (place.kind === 'oci' ? repositoryNamedFor(folder, place.registry) : undefined);
  const target = async (): Promise<BundleTarget> =>
    (await store()).target({
      ...(repository !== undefined && { repository }),
      ...(options.tag !== undefined && { tag: options.tag }),
    });
  return {
    kind: resolved.kind,
    folder,
    // Only a registry needs more than the digest to find a bundle; of another store nothing has to be asked.
    ref: place.kind === 'oci' ? (await target()).refOf(packed.digest) : packed.digest,
    remarks,
    source: async () => createPackedSource(packed, folder),
    async push(onProgress = () => undefined) {
      const pushed = await pushBundle(packed, await target(), {
        relist: options.tag !== undefined,
        repair: options.repair === true,
        signal: caller.signal,
        onProgress,
      });
      return { ...pushed, folder, files: packed.files.length, store: await store() };
    },
  };
}

/** In a registry whose address names no repository, a folder gets one of its own, named for it. */
function repositoryNamedFor(folder: string, registry: string): string | undefined {
  if (parseRegistry(registry).path !== '') return undefined;
  return (
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'bundle'
  );
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  return () => {
    pending ??= work();
    return pending;
  };
}

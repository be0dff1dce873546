import { join } from 'node:path';

/** Where things are in the cache. `hex` is the digest of a bundle without `sha256:`. */
export interface CachePaths {
  root: string;
  bundles: string;
  bundle(hex: string): string;
  entries: string;
  /** What the bundle's folder must look like; its own time stamp is when the bundle was last used. */
  entry(hex: string): string;
  /** To be locked by whoever makes, mends or removes the bundle. */
  lock(hex: string): string;
  leases: string;
  /** Folders that are being filled or removed, named `<hex>.<anything>`. */
  unfinished: string;
}

export function cachePaths(folder: string): CachePaths {
  const at = (...names: string[]) => join(folder, ...names);
  return {
    root: folder,
    bundles: at('sha256'),
    bundle: (hex) => at('sha256', hex),
    entries: at('entries'),
    entry: (hex) => at('entries', `${hex}.json`),
    lock: (hex) => at('locks', hex),
    leases: at('leases'),
    unfinished: at('unfinished'),
  };
}

import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../../files/has-code.js';
import { isFull } from '../../files/kinds-of-trouble.js';
import type { Leases } from '../../files/leases.js';
import { namesIn } from '../../files/names-in.js';
import { withFreeLock } from '../../files/with-lock.js';
import { readEntry } from './cache-entry.js';
import type { CachePaths } from './cache-paths.js';

interface Kept {
  hex: string;
  bytes: number;
  lastUsedMs: number;
}

/**
 * Removes bundles that nobody uses, the one used longest ago first, until the cache has room for more.
 *
 * @param bytes how much more
 * @param limitBytes what the cache may hold in all
 * @returns bytes that are free on the disk then, and that the cache holds
 */
export async function makeRoom(
  paths: CachePaths,
  leases: Leases,
  { bytes, limitBytes }: { bytes: number; limitBytes: number },
): Promise<{ freeBytes: number; keptBytes: number }> {
  await removeUnfinished(paths);
  await leases.sweep();
  const kept = await listKept(paths);
  let total = kept.reduce((sum, bundle) => sum + bundle.bytes, 0);
  let free = await freeOn(paths.bundles);
  for (const { hex, bytes: size } of kept.sort((a, b) => a.lastUsedMs - b.lastUsedMs)) {
    if (total + bytes <= limitBytes && free >= bytes) break;
    if (!(await removeUnused(paths, leases, hex))) continue;
    total -= size;
    free = await freeOn(paths.bundles);
  }
  return { freeBytes: free, keptBytes: total };
}

/** Takes a folder out of sight at once, and then away. */
export async function removeBundle(paths: CachePaths, hex: string): Promise<void> {
  await mkdir(paths.unfinished, { recursive: true });
  const away = join(paths.unfinished, `${hex}.${randomUUID()}`);
  await rename(paths.bundle(hex), away).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
  await rm(paths.entry(hex), { force: true });
  await rm(away, { recursive: true, force: true });
}

/** What killed processes left half made or half removed; `only` the bundle whose lock the caller holds. */
export async function removeUnfinished(paths: CachePaths, only?: string): Promise<void> {
  for (const name of await namesIn(paths.unfinished)) {
    const [hex = ''] = name.split('.');
    const remove = () => rm(join(paths.unfinished, name), { recursive: true, force: true });
    if (only === undefined) await withFreeLock(paths.lock(hex), remove).catch(unlessFull);
    else if (hex === only) await remove();
  }
}

/** Then there is no room for a lock, and whose it is cannot be told. */
function unlessFull(error: unknown): void {
  if (!isFull(error)) throw error;
}

async function removeUnused(paths: CachePaths, leases: Leases, hex: string): Promise<boolean> {
  const remove = async () => {
    if (await leases.held(hex)) return false;
    await removeBundle(paths, hex);
    return true;
  };
  try {
    // Whoever takes a lease looks for the lock afterwards: of the two, one sees the other.
    return (await withFreeLock(paths.lock(hex), remove)) ?? false;
  } catch (error) {
    // On a full disk there is no room for a lock; nobody else can have made one now.
    if (!isFull(error)) throw error;
    return remove();
  }
}

async function listKept(paths: CachePaths): Promise<Kept[]> {
  const found = await Promise.all(
    (await namesIn(paths.bundles)).map(async (hex) => {
      const [entry, facts] = await Promise.all([
        readEntry(paths.entry(hex)),
        stat(paths.entry(hex)).catch(() => undefined), // unpacked by an older version, or half removed
      ]);
      return { hex, bytes: entry?.bytes ?? 0, lastUsedMs: facts?.mtimeMs ?? 0 };
    }),
  );
  return found;
}

async function freeOn(folder: string): Promise<number> {
  const facts = await statfs(folder).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  return facts === undefined ? 0 : facts.bavail * facts.bsize;
}

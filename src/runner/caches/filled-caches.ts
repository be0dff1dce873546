import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilledCache } from '../../contracts/result/filled-cache.js';
import { filesOfTask } from './files-of-task.js';
import { cacheBelowHome, cacheInBundle } from './known-caches.js';

const mostNamed = 10;

/** The working copy and HOME of a task, or what they were copies of. */
interface Places {
  bundle: string;
  home: string | undefined;
}

/**
 * The caches of libraries that a task has filled. To be called when nothing of it runs any more, and before its folders go.
 *
 * @param began what its folders were copies of: what was there already, does not count
 */
export async function filledCaches(task: Places, began: Places): Promise<FilledCache[]> {
  const found = [
    ...(await newFiles(task.home, began.home, cacheBelowHome)),
    ...(await newFiles(task.bundle, began.bundle, cacheInBundle)),
  ];
  const byName = new Map<string, FilledCache>();
  for (const { name, bytes } of found) {
    const cache = byName.get(name) ?? { name, files: 0, bytes: 0 };
    byName.set(name, { name, files: cache.files + 1, bytes: cache.bytes + bytes });
  }
  return [...byName.values()].sort((a, b) => b.bytes - a.bytes).slice(0, mostNamed);
}

async function newFiles(
  folder: string | undefined,
  began: string | undefined,
  cacheOf: typeof cacheBelowHome,
): Promise<{ name: string; bytes: number }[]> {
  const filesIn = async (place: string | undefined) =>
    (place === undefined ? [] : await filesOfTask(place)).flatMap((path) => {
      const cache = cacheOf(path);
      return cache ? [{ path, ...cache }] : [];
    });
  const there = await filesIn(folder);
  if (folder === undefined || there.length === 0) return [];
  const before = await filesIn(began);
  const [paths, names] = [new Set(before.map(({ path }) => path)), new Set(before.map(({ name }) => name))];
  // Of a cache that nobody knows, it is not known either whether new files in it mean that something was made again.
  const fresh = there.filter(({ path, name, named }) => !paths.has(path) && (named || !names.has(name)));
  return Promise.all(
    fresh.map(async ({ path, name }) => {
      const stats = await lstat(join(folder, path)).catch(() => undefined);
      return { name, bytes: stats?.size ?? 0 };
    }),
  );
}

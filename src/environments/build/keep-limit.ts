import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import type { Leases } from '../../files/leases.js';
import { namesIn } from '../../files/names-in.js';
import { withFreeLock } from '../../files/with-lock.js';
import { besides } from './build-plan.js';
import { readMark } from './mark.js';
import { takeAway } from './take-away.js';

/**
 * Removes environments that no living worker has used, the one used longest ago first, until all of them take no more than
 * they may. What they were resolved to stays: built again, they are the same.
 *
 * @param folder of the environments
 * @param limitBytes that they may take on the disk
 */
export async function keepLimit(folder: string, leases: Leases, limitBytes: number): Promise<void> {
  const kept = await sizes(folder);
  let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of kept.sort((one, other) => one.usedMs - other.usedMs)) {
    if (total <= limitBytes) return;
    const removed = await withFreeLock(path, async () => {
      // Whoever takes a lease looks for the lock afterwards: of the two, one sees the other.
      if (await leases.held(basename(path))) return false;
      await takeAway(path);
      await rm(besides({ folder: path }).log, { force: true });
      return true;
    });
    if (removed) total -= bytes;
  }
}

/** Those that were built here: what somebody else put there is not ours to remove. */
async function sizes(folder: string): Promise<{ path: string; bytes: number; usedMs: number }[]> {
  const ids = (await namesIn(folder)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  const paths = ids.map((id) => join(folder, id));
  const marks = await Promise.all(paths.map(readMark));
  const built = paths.filter((_, at) => marks[at] !== undefined);
  if (built.length === 0) return [];
  // One that goes meanwhile makes it fail, and tells of the others all the same.
  const { stdout, code } = await execa('du', ['-sk', '--', ...built], { reject: false });
  if (code === 'ENOENT') throw new Error('there is no du on PATH, which tells how large they are');
  const found = stdout.split('\n').flatMap((line) => {
    const [, kilobytes, path] = /^(\d+)\s+(.+)$/.exec(line) ?? [];
    return path === undefined ? [] : [{ path, bytes: Number(kilobytes) * 1024 }];
  });
  return Promise.all(
    found.map(async (each) => ({
      ...each,
      usedMs: await stat(each.path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  );
}

import { lstatSync, readdirSync } from 'node:fs';
import { rmdir, unlink } from 'node:fs/promises';
import { sep } from 'node:path';
import { execa } from 'execa';

const rounds = 3;
/** Entries of a folder that are removed side by side: a simulation may have left any number. */
const atOnce = 64;
/** From here on the operating system's `rm`, which costs a few milliseconds to start, takes half the time. */
const manyEntries = 500;

/**
 * Removes a folder whatever a simulation did in it, or to it. Nothing happens when it is gone already. For the few entries of
 * a task it takes half the time of Node's own `rm`, and keeps no other task waiting while the disk is busy: a look takes
 * microseconds even then, while a removal can wait for the journal for tens of milliseconds.
 */
export async function removeFolder(path: string): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      const isFolder = lstatSync(path).isDirectory();
      if (!isFolder) return await unlink(path);
      if (await removeAll(Buffer.from(path), { entries: manyEntries })) return;
      await execa('rm', ['-rf', '--', path], { stdio: 'ignore' });
      return;
    } catch (error) {
      // Another worker may have removed it meanwhile, or a part of it.
      if (isGone(path)) return;
      if (round === rounds) throw error;
      await removeByForce(path);
    }
  }
}

/** Removes a folder in which processes may still put links where folders were: the operating system's `rm` follows none, whenever it comes. */
export async function removeWatched(path: string): Promise<void> {
  await execa('rm', ['-rf', '--', path], { stdio: 'ignore' });
}

/**
 * In bytes, since a name need not be text.
 *
 * @param left how many entries it may look at
 * @returns whether all is gone; false when there is more than that
 */
async function removeAll(folder: Buffer, left: { entries: number }): Promise<boolean> {
  const entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
  left.entries -= entries.length;
  if (left.entries < 0) return false;
  for (let first = 0; first < entries.length; first += atOnce) {
    const removed = await Promise.allSettled(
      entries.slice(first, first + atOnce).map((entry) => {
        const path = Buffer.concat([folder, Buffer.from(sep), entry.name]);
        return entry.isDirectory() ? removeAll(path, left) : unlink(path).then(() => true);
      }),
    );
    for (const result of removed) if (result.status === 'rejected') throw result.reason;
    if (removed.some((result) => result.status === 'fulfilled' && !result.value)) return false;
  }
  await rmdir(folder);
  return true;
}

/** Folders without permissions, and paths longer than the kernel takes. Whether it is gone shows in the next round. */
async function removeByForce(path: string): Promise<void> {
  const options = { reject: false, stdio: 'ignore' } as const;
  await execa('chmod', ['-R', 'u+rwx', '--', path], options);
  await execa('rm', ['-rf', '--', path], options);
}

/** A link that leads nowhere is still there. */
function isGone(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}

import { existsSync, opendirSync, rmSync } from 'node:fs';
import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const rounds = 5;
/** Entries of a folder that is removed in one go: some 2 ms. Asking for each of them in turn takes twice as long. */
const few = 64;

/** Removes a folder whatever a simulation did to the permissions in it. Nothing happens when it is gone already. */
export async function removeFolder(path: string): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      if (atMost(few, path)) return rmSync(path, { recursive: true, force: true });
      return await rm(path, { recursive: true, force: true });
    } catch (error) {
      // Below it, something else has removed a part: the rest is still there.
      if (isGone(error) && !existsSync(path)) return;
      if (round === rounds) throw error;
      await unlock(path);
    }
  }
}

/**
 * A folder without permissions cannot be listed: they are given back from the top down. An `rm` that failed still works
 * in the background, so that anything may be gone by now.
 */
async function unlock(folder: string): Promise<void> {
  try {
    await chmod(folder, 0o700);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) await unlock(join(folder, entry.name));
    }
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Looks no further than it has to: a simulation may have left any number of files. */
function atMost(entries: number, folder: string): boolean {
  return left(entries, folder) >= 0;
}

function left(entries: number, path: string): number {
  const folder = opendirSync(path);
  try {
    for (let entry = folder.readSync(); entry && entries >= 0; entry = folder.readSync()) {
      entries = entry.isDirectory() ? left(entries - 1, join(path, entry.name)) : entries - 1;
    }
    return entries;
  } finally {
    folder.closeSync();
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

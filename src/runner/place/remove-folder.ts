import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const rounds = 5;

/** Removes a folder whatever a simulation did to the permissions in it. Nothing happens when it is gone already. */
export async function removeFolder(path: string): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      return await rm(path, { recursive: true, force: true });
    } catch (error) {
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
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

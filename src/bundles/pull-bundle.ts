import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkWritable } from '../files/check-writable.js';
import { UsageError } from '../reporting/usage-error.js';
import type { BundleSource } from './bundle-store.js';
import { fetchBundle } from './fetch-bundle.js';

/**
 * Fetches a bundle into a folder that is new or empty, every file verified.
 *
 * @param folder absolute
 * @returns how many files it has, and their bytes
 * @throws UsageError when the folder is not free; Error when nothing can be written there
 */
export async function pullBundle(
  open: () => Promise<BundleSource>,
  ref: string,
  folder: string,
  {
    signal,
    onProgress,
  }: { signal: AbortSignal; onProgress: (state: { done: number; total: number }) => void },
): Promise<{ files: number; bytes: number }> {
  const isThere = await mustBeFree(folder);
  await checkWritable(isThere ? folder : dirname(folder));
  const source = await open();
  // A folder that is there is filled, whatever it is mounted on and whoever stands in it; another one appears whole.
  const name = `.${basename(folder)}.${randomUUID()}`;
  const unfinished = isThere ? join(folder, name) : join(dirname(folder), name);
  await mkdir(unfinished, { recursive: true });
  try {
    const files = await fetchBundle(source, ref, unfinished, { signal, onProgress });
    signal.throwIfAborted();
    if (isThere) await fill(folder, unfinished);
    else await rename(unfinished, folder);
    return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** @returns whether there is a folder, an empty one */
async function mustBeFree(folder: string): Promise<boolean> {
  try {
    const [there] = await readdir(folder);
    if (there !== undefined) throw notFree(folder, `it is not empty (${there} is there)`);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return false;
    if (code === 'ENOTDIR') throw notFree(folder, 'it is a file, or lies below one');
    throw error;
  }
}

/** Somebody may have put something there meanwhile: that stays as it is. */
async function fill(folder: string, from: string): Promise<void> {
  const names = await readdir(folder);
  if (names.some((name) => name !== basename(from))) throw notFree(folder, 'it is not empty any more');
  const moved: string[] = [];
  try {
    for (const name of await readdir(from)) {
      await rename(join(from, name), join(folder, name));
      moved.push(name);
    }
  } catch (error) {
    // Half a bundle would pass for a whole one.
    for (const name of moved) await rm(join(folder, name), { recursive: true, force: true });
    throw error;
  }
}

function notFree(folder: string, why: string): UsageError {
  return new UsageError(`Cannot fetch into ${folder}: ${why}. Name a new folder, or empty it.`);
}

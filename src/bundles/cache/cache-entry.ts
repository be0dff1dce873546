import { lstat, readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../../write-whole.js';
import type { CheckedFile } from '../format/check-files.js';
import { isReadOnly } from './is-read-only.js';

const CacheEntry = z.object({
  /** Of all files. */
  bytes: z.number(),
  /** `mtimeMs` is when the file was written: one that was written to afterwards is damaged. */
  files: z.array(z.object({ path: z.string(), digest: z.string(), size: z.number(), mtimeMs: z.number() })),
});
/** What an unpacked bundle must look like. */
export type CacheEntry = z.infer<typeof CacheEntry>;

/** Describes a folder whose files have just been verified. */
export async function describeFolder(
  folder: string,
  files: Pick<CheckedFile, 'path' | 'digest' | 'size'>[],
): Promise<CacheEntry> {
  const described = await Promise.all(
    files.map(async ({ path, digest, size }) => {
      const { mtimeMs } = await lstat(join(folder, path));
      return { path, digest, size, mtimeMs };
    }),
  );
  return { bytes: files.reduce((sum, { size }) => sum + size, 0), files: described };
}

/** @returns undefined when there is none, or none that can be read: the bundle is then made anew */
export async function readEntry(path: string): Promise<CacheEntry | undefined> {
  try {
    return CacheEntry.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeEntry(path: string, entry: CacheEntry): Promise<void> {
  await writeWhole(path, [JSON.stringify(entry)]);
}

/** Notes that the bundle is used now. In a cache that cannot be written nothing makes room, and nothing has to be noted. */
export async function touchEntry(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch((error: unknown) => {
    if (!isReadOnly(error)) throw error;
  });
}

/**
 * Whether a folder still holds what was unpacked into it: every file, none besides, sizes and times unchanged. Contents
 * are not read again: that would take longer than most tasks.
 */
export async function isIntact(folder: string, { files }: CacheEntry): Promise<boolean> {
  try {
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    if (found.filter((entry) => !entry.isDirectory()).length !== files.length) return false;
    const same = await Promise.all(
      files.map(async ({ path, size, mtimeMs }) => {
        const facts = await lstat(join(folder, path));
        return facts.isFile() && facts.size === size && facts.mtimeMs === mtimeMs;
      }),
    );
    return same.every(Boolean);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return false;
    throw error;
  }
}

import { randomUUID } from 'node:crypto';
import { readFileSync, utimesSync } from 'node:fs';
import { lstat, mkdir, rename, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { hasCode } from '../../files/has-code.js';
import { isReadOnly } from '../../files/kinds-of-trouble.js';
import type { CheckedFile } from '../format/check-files.js';

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
      const place = join(folder, path);
      const written = await lstat(place);
      // As working copies have it, for which a link to the file may stand.
      await utimes(place, written.atimeMs / 1000, Math.round(written.mtimeMs) / 1000);
      const { mtimeMs } = await lstat(place);
      return { path, digest, size, mtimeMs };
    }),
  );
  return { bytes: files.reduce((sum, { size }) => sum + size, 0), files: described };
}

/** @returns undefined when there is none, or none that can be read: the bundle is then made anew */
export function readEntry(path: string): CacheEntry | undefined {
  try {
    return CacheEntry.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** @param unfinished where it is while it is written: what a killed process leaves there is removed by its name */
export async function writeEntry(path: string, entry: CacheEntry, unfinished: string): Promise<void> {
  const beside = join(unfinished, `${basename(path, '.json')}.${randomUUID()}`);
  await writeFile(beside, JSON.stringify(entry));
  await mkdir(dirname(path), { recursive: true });
  await rename(beside, path);
}

/** Notes that the bundle is used now. In a cache that cannot be written nothing makes room, and nothing has to be noted. */
export function touchEntry(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch (error) {
    if (!isReadOnly(error)) throw error;
  }
}

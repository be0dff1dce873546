import { open, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hasCode } from '../../files/has-code.js';
import type { FoundPython } from '../find-python.js';
import { isAbsent } from '../is-absent.js';

const Base = z.strictObject({
  version: z.string(),
  platform: z.string(),
  prefix: z.string(),
  /** What the names of its compiled modules end with, as in `cpython-311-x86_64-linux-gnu`. */
  soabi: z.string(),
  /** The file that runs, links resolved. */
  file: z.strictObject({ path: z.string(), size: z.number(), mtimeMs: z.number() }),
});
/** The Python that an environment was made with: another one in its place is told from it. */
export type Base = z.infer<typeof Base>;

const Mark = z.looseObject({
  id: z.string(),
  /** Files of the bundle that it was built from. */
  declared: z.array(z.string()),
  /** For example `uv 0.13.9`. */
  installer: z.string(),
  python: Base,
  builtAt: z.string(),
  /** Digest of what it was unpacked from, where it was built elsewhere. */
  fetched: z.string().optional(),
  /** Version by name, of all that was installed. */
  distributions: z.record(z.string(), z.string()),
  /** The one that the bundle itself is installed as. */
  project: z.string().exactOptional(),
});
/** What is known of an environment that was built. Its presence says that it is whole. */
export type Mark = z.infer<typeof Mark>;

const nameOfMark = 'cold-functions.json';

/** Writes it last, and to the disk: after a power failure there is no mark on what is not whole. */
export async function writeMark(folder: string, mark: Mark): Promise<void> {
  const file = await open(join(folder, nameOfMark), 'wx');
  try {
    await file.writeFile(`${JSON.stringify(mark, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** @returns undefined when there is none, or one of another version of this app */
export async function readMark(folder: string): Promise<Mark | undefined> {
  try {
    return Mark.safeParse(JSON.parse(await readFile(join(folder, nameOfMark), 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Tells one build from the next in the same place; undefined when there is none, or its Python is gone. */
export async function builtStamp(folder: string): Promise<string | undefined> {
  try {
    const [mark] = await Promise.all([
      stat(join(folder, nameOfMark), { bigint: true }),
      stat(join(folder, 'bin', 'python')),
    ]);
    return `${mark.ino}-${mark.mtimeNs}`;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** The Python that an environment is made with, as it is now. */
export async function baseOf(
  folder: string,
  { version, platform, prefix }: Pick<FoundPython, 'version' | 'platform' | 'prefix'>,
  { soabi }: { soabi: string },
): Promise<Base> {
  const path = await realpath(join(folder, 'bin', 'python'));
  const { size, mtimeMs } = await stat(path);
  return { version, platform, prefix, soabi, file: { path, size, mtimeMs } };
}

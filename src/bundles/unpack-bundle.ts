import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../files/has-code.js';
import { BundleUnavailable } from '../simulation/bundle-unavailable.js';
import { allAtOnce } from './all-at-once.js';
import type { BundleSource, Bytes } from './bundle-store.js';
import type { CheckedFile } from './format/check-files.js';
import { openBundleFile } from './format/open-bundle-file.js';
import { verifiedBytes } from './format/verified-bytes.js';
import { readWithRetries } from './read-with-retries.js';

const filesAtOnce = 8;

/**
 * Writes every file of a bundle into an empty folder, verified while it is written, and read-only.
 *
 * @throws BundleUnavailable when the bundle is not what its digest promises; any other error may pass.
 */
export async function unpackBundle(
  source: BundleSource,
  bundleRef: string,
  files: CheckedFile[],
  folder: string,
  {
    signal,
    onProgress = () => undefined,
  }: { signal?: AbortSignal | undefined; onProgress?: (state: { done: number; total: number }) => void } = {},
): Promise<void> {
  for (const parent of new Set(files.map((file) => dirname(file.path)))) {
    await mkdir(join(folder, parent), { recursive: true });
  }
  let done = 0;
  await allAtOnce(byContent(files).values(), { limit: filesAtOnce, signal }, async (same) => {
    await writeAll(same);
    done += same.length;
    onProgress({ done, total: files.length });
  });

  /** Files with the same content are read once. */
  async function writeAll([first, ...others]: [CheckedFile, ...CheckedFile[]]): Promise<void> {
    await readWithRetries(
      () => openBundleFile(source, bundleRef, first, (what) => refuse(first, what)),
      (bytes) => write(first, bytes),
      signal,
    ).catch(readably(first));
    for (const other of others) {
      await copyFile(
        join(folder, first.path),
        join(folder, other.path),
        constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE,
      ).catch(readably(other));
      await chmod(join(folder, other.path), mode(other));
    }
  }

  async function write(file: CheckedFile, bytes: Bytes): Promise<void> {
    const path = join(folder, file.path);
    const target = await open(path, 'wx', mode(file));
    try {
      for await (const chunk of verifiedBytes(bytes, file, (what) => refuse(file, what))) {
        await target.appendFile(chunk);
      }
    } catch (error) {
      await rm(path, { force: true }); // so that it can be tried again
      throw error;
    } finally {
      await target.close();
    }
  }

  function refuse(file: CheckedFile, what: string, cause?: unknown): BundleUnavailable {
    // What else is in the account is not the bundle's business: its digests are not told.
    const said =
      file.external !== undefined && what.startsWith('has the digest') ? 'has another digest' : what;
    return new BundleUnavailable(
      `Cannot use bundle ${bundleRef} from ${source.name}: its file ${file.path} ${said}.`,
      { cause },
    );
  }

  function readably(file: CheckedFile) {
    return (error: unknown): never => {
      // The paths differ, so this file system does not tell upper from lower case.
      const taken = hasCode(error, 'EEXIST');
      throw taken
        ? refuse(file, 'has a name that another of its files has on this file system', error)
        : error;
    };
  }
}

function mode({ executable }: CheckedFile): number {
  return executable ? 0o555 : 0o444;
}

function byContent(files: CheckedFile[]): Map<string, [CheckedFile, ...CheckedFile[]]> {
  const groups = new Map<string, [CheckedFile, ...CheckedFile[]]>();
  for (const file of files) {
    const group = groups.get(file.digest);
    if (group) group.push(file);
    else groups.set(file.digest, [file]);
  }
  return groups;
}

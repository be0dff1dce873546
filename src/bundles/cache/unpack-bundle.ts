import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { BundleUnavailable } from '../../simulation/bundle-unavailable.js';
import type { BundleSource, Bytes } from '../bundle-store.js';
import type { CheckedFile } from '../format/check-files.js';
import { openBundleFile } from '../format/open-bundle-file.js';
import { verifiedBytes } from '../format/verified-bytes.js';
import { readWithRetries } from '../read-with-retries.js';

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
  onProgress: (state: { done: number; total: number }) => void = () => undefined,
): Promise<void> {
  for (const parent of new Set(files.map((file) => dirname(file.path)))) {
    await mkdir(join(folder, parent), { recursive: true });
  }
  const atOnce = pLimit(filesAtOnce);
  const failed = new AbortController();
  let done = 0;
  const written = await Promise.allSettled(
    [...byContent(files).values()].map((same) =>
      atOnce(async () => {
        if (failed.signal.aborted) return; // the bundle is lost: the rest would be read for nothing
        await writeAll(same).catch((error: unknown) => {
          failed.abort();
          throw error;
        });
        done += same.length;
        onProgress({ done, total: files.length });
      }),
    ),
  );
  // Every write has ended before the first failure is told, so that the caller may remove the folder.
  for (const result of written) if (result.status === 'rejected') throw result.reason;

  /** Files with the same content are read once. */
  async function writeAll([first, ...others]: [CheckedFile, ...CheckedFile[]]): Promise<void> {
    await readWithRetries(
      () => openBundleFile(source, bundleRef, first, (what) => refuse(first, what)),
      (bytes) => write(first, bytes),
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
    return new BundleUnavailable(
      `Cannot use bundle ${bundleRef} from ${source.name}: its file ${file.path} ${what}.`,
      { cause },
    );
  }

  function readably(file: CheckedFile) {
    return (error: unknown): never => {
      // The paths differ, so this file system does not tell upper from lower case.
      const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
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

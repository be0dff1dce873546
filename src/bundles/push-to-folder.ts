import { join, resolve } from 'node:path';
import pLimit from 'p-limit';
import { writeWhole } from '../write-whole.js';
import { fileSize } from './file-size.js';
import { layoutPaths } from './layout-paths.js';
import { listInLayout } from './list-in-layout.js';
import type { PackedBundle } from './packed-bundle.js';
import { readChunks } from './read-chunks.js';
import { sha256 } from './sha256.js';
import { type ExpectedBytes, verifiedBytes } from './verified-bytes.js';

/**
 * Stores a bundle in an OCI image layout on disk, which is made when it is not there.
 *
 * Writes only what is lacking, the manifest last, each file whole or not at all: any number of processes may push at
 * once, and one that is killed leaves nothing that a reader would take for a bundle.
 *
 * @returns how many blobs and bytes were lacking
 * @throws Error when a file is no longer what was packed, or the store cannot be written.
 */
export async function pushToFolder(
  packed: PackedBundle,
  storeFolder: string,
): Promise<{ blobs: number; bytes: number }> {
  const store = resolve(storeFolder);
  const pushed = { blobs: 0, bytes: 0 };
  const contents = new Map(packed.files.map((file) => [file.digest, file]));
  const atOnce = pLimit(8);
  await Promise.all(
    [...contents.values()].map((file) =>
      atOnce(() =>
        push(
          file,
          verifiedBytes(readChunks(file.source), file, (what) => changed(file.source, what)),
        ),
      ),
    ),
  );
  for (const document of [packed.config, packed.manifest]) {
    await push({ digest: sha256(document), size: document.length }, [document]);
  }
  await listInLayout(store, { digest: packed.digest, size: packed.manifest.length });
  return pushed;

  async function push(
    blob: ExpectedBytes,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const path = join(store, layoutPaths.blob(blob.digest));
    if ((await fileSize(path)) === blob.size) return;
    await writeWhole(path, content, { meanwhile: join(store, layoutPaths.unfinished) });
    pushed.blobs += 1;
    pushed.bytes += blob.size;
  }
}

function changed(path: string, what: string): Error {
  return new Error(`Cannot push ${path}: it changed after it was packed (it ${what}). Push again.`);
}

import { allAtOnce } from './all-at-once.js';
import type { BundleTarget, Bytes } from './bundle-store.js';
import type { PackedBundle, PackedFile } from './format/packed-bundle.js';
import { sha256 } from './format/sha256.js';
import { type ExpectedBytes, verifiedBytes } from './format/verified-bytes.js';
import { readChunks } from './pack/read-chunks.js';

const filesAtOnce = 8;

export interface PushedBundle {
  /** How messages name it. */
  ref: string;
  /** What the store lacked. */
  blobs: number;
  bytes: number;
}

/**
 * Stores a packed bundle: only what the store lacks, the manifest last, so that a push that was cut off leaves nothing
 * that a reader would take for a bundle.
 *
 * @param relist lists the bundle again although it is there, to give it a name
 * @param repair sends everything, whatever the store says that it has
 * @param signal when aborted, files under way are finished and no others are begun
 * @throws Error when a file is no longer what was packed, or the store cannot be written.
 */
export async function pushBundle(
  packed: PackedBundle,
  target: BundleTarget,
  {
    relist = false,
    repair = false,
    signal,
    onProgress = () => undefined,
  }: {
    relist?: boolean;
    repair?: boolean;
    signal?: AbortSignal;
    onProgress?: (state: { done: number; total: number }) => void;
  } = {},
): Promise<PushedBundle> {
  const files = new Map(packed.files.map((file) => [file.digest, file]));
  const config = { digest: sha256(packed.config), size: packed.config.length };
  const manifest = { digest: packed.digest, size: packed.manifest.length };
  const all = [...files.values(), config, manifest].map(expected);
  const lacking = repair ? all : await target.lacking(all, packed.digest);

  const blobs = lacking.filter(({ digest }) => digest !== manifest.digest);
  let done = 0;
  onProgress({ done, total: blobs.length });
  await allAtOnce(blobs, { limit: filesAtOnce, signal }, async (blob) => {
    await target.putBlob(blob, () => contentOf(blob, files.get(blob.digest), packed));
    done += 1;
    onProgress({ done, total: blobs.length });
  });
  signal?.throwIfAborted();
  if (blobs.length < lacking.length || relist) await target.putManifest(manifest, packed.manifest);
  return {
    ref: target.refOf(packed.digest),
    blobs: lacking.length,
    bytes: lacking.reduce((sum, { size }) => sum + size, 0),
  };
}

function expected({ digest, size }: ExpectedBytes): ExpectedBytes {
  return { digest, size };
}

async function* contentOf(blob: ExpectedBytes, file: PackedFile | undefined, packed: PackedBundle): Bytes {
  if (file === undefined) yield packed.config;
  else {
    yield* verifiedBytes(
      readChunks(file.source),
      blob,
      (what) =>
        new Error(`Cannot push ${file.source}: it changed after it was packed (it ${what}). Push again.`),
    );
  }
}

import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ContainerClient } from '@azure/storage-blob';
import pLimit from 'p-limit';
import { parseBlobReference } from '../azure-backend/blob-reference.js';
import { openBlob } from '../azure-backend/open-blob.js';
import { createBlake2b256 } from '../contracts/identities/create-blake2b-256.js';
import type { TableArtifact } from '../contracts/result/sim-return.js';
import { ResultDamaged } from '../simulation/result-damaged.js';

interface Wanted {
  artifact: TableArtifact;
  path: string;
}

/** Files that are brought at the same time. */
const atOnce = 8;

/**
 * Streams outputs of stored results to files, each checked while it arrives.
 *
 * @throws ResultDamaged when one is not there, or is not what was stored.
 */
export async function bringOutputs(
  container: ContainerClient,
  files: Wanted[],
  signal: AbortSignal,
): Promise<void> {
  const several = pLimit(atOnce);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const brought = files.map((file) =>
    several(async () => {
      either.throwIfAborted();
      await bring(container, file, either).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      });
    }),
  );
  // All have ended before an error is told: the folder goes then.
  await Promise.allSettled(brought);
  failed.signal.throwIfAborted();
  await Promise.all(brought);
}

async function bring(
  container: ContainerClient,
  { artifact, path }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const { ref, inline, size, checksum } = artifact;
  if (ref === undefined) return writeFile(path, Buffer.from(inline ?? '', 'base64'), { flag: 'wx', signal });
  const { blobName } = parseBlobReference(ref);
  const body = await openBlob(container, blobName, signal);
  if (body === undefined)
    throw new ResultDamaged(
      `Cannot bring the output ${ref}: it was removed. Run its task again, without cache.`,
    );
  const hash = await createBlake2b256();
  let bytes = 0;
  const hashed = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  await pipeline(body, hashed, createWriteStream(path, { flags: 'wx' }), { signal });
  const found = hash.digest();
  if (bytes === size && found === checksum) return;
  throw new ResultDamaged(
    `Cannot use the output ${ref}: it has ${bytes} bytes and the checksum ${found}, and ${size} and ${checksum} were stored.`,
  );
}

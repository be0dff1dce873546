import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { BlobServiceClient } from '@azure/storage-blob';
import { parseBlobReference } from '../../azure-backend/blob-reference.js';
import { openBlob } from '../../azure-backend/open-blob.js';
import { createBlake2b256 } from '../../contracts/identities/create-blake2b-256.js';
import type { TableArtifact } from '../../contracts/result/sim-return.js';
import { writeWhole } from '../../files/write-whole.js';
import { ArtifactMismatch } from './artifact-mismatch.js';

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Brings one artifact to a file, in constant memory. The file appears under its name when its size and checksum are right,
 * and not otherwise; one that is there and right stays.
 *
 * @throws ArtifactMismatch
 */
export async function fetchArtifact(
  blobs: BlobServiceClient,
  artifact: TableArtifact,
  target: string,
  signal: AbortSignal,
): Promise<'fetched' | 'present'> {
  if (await isPresent(artifact, target, signal)) return 'present';
  const received = await open(blobs, artifact, signal);
  await writeWhole(target, verified(received, artifact), { signal });
  return 'fetched';
}

async function open(
  blobs: BlobServiceClient,
  { ref, inline = '' }: TableArtifact,
  signal: AbortSignal,
): Promise<Chunks> {
  if (ref === undefined) return [Buffer.from(inline, 'base64')];
  const { container, blobName } = parseBlobReference(ref);
  const body = await openBlob(blobs.getContainerClient(container), blobName, signal);
  if (!body) throw new Error('it was removed from the storage account');
  return body;
}

async function isPresent(artifact: TableArtifact, path: string, signal: AbortSignal): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  if (!there?.isFile() || there.size !== artifact.size) return false;
  try {
    for await (const _ of verified(createReadStream(path, { signal }), artifact));
    return true;
  } catch (error) {
    if (error instanceof ArtifactMismatch) return false;
    throw error;
  }
}

/** Passes an artifact through, and fails at its end when it was another one. */
async function* verified(chunks: Chunks, artifact: TableArtifact): AsyncGenerator<Uint8Array> {
  const hash = await createBlake2b256();
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  const checksum = hash.digest();
  if (size !== artifact.size || checksum !== artifact.checksum)
    throw new ArtifactMismatch(artifact, { size, checksum });
}

import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobServiceClient } from '@azure/storage-blob';
import { parseBlobReference } from '../../azure-backend/blob-reference.js';
import { createBlake2b256 } from '../../contracts/create-blake2b-256.js';
import type { TableArtifact } from '../../contracts/sim-return.js';
import { ArtifactMismatch } from './artifact-mismatch.js';

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

  const temporary = join(dirname(target), `.${randomBytes(8).toString('hex')}.part`);
  try {
    const measured = await receive(blobs, artifact, temporary, signal);
    if (measured.size !== artifact.size || measured.checksum !== artifact.checksum) {
      throw new ArtifactMismatch(artifact, measured);
    }
    await rename(temporary, target);
    return 'fetched';
  } finally {
    await rm(temporary, { force: true });
  }
}

async function receive(blobs: BlobServiceClient, artifact: TableArtifact, path: string, signal: AbortSignal) {
  const measure = await createMeasure();
  if (artifact.ref === undefined) {
    const bytes = Buffer.from(artifact.inline ?? '', 'base64');
    measure.update(bytes);
    await writeFile(path, bytes, { signal });
    return measure.end();
  }
  const { container, blobName } = parseBlobReference(artifact.ref);
  const blob = blobs.getContainerClient(container).getBlobClient(blobName);
  const { readableStreamBody } = await blob.download(undefined, undefined, {
    abortSignal: signal,
    maxRetryRequests: 4,
  });
  if (!readableStreamBody) throw new Error(`Cannot read ${artifact.ref}: the answer has no body.`);
  const measuring = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      measure.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(readableStreamBody, measuring, createWriteStream(path), { signal });
  return measure.end();
}

async function isPresent(artifact: TableArtifact, path: string, signal: AbortSignal): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  if (!there?.isFile() || there.size !== artifact.size) return false;
  const measure = await createMeasure();
  await pipeline(
    createReadStream(path),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) measure.update(chunk);
    },
    { signal },
  );
  return measure.end().checksum === artifact.checksum;
}

async function createMeasure() {
  const hash = await createBlake2b256();
  let size = 0;
  return {
    update(chunk: Uint8Array) {
      hash.update(chunk);
      size += chunk.length;
    },
    end: () => ({ size, checksum: hash.digest() }),
  };
}

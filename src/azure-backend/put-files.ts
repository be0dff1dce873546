import type { ContainerClient } from '@azure/storage-blob';
import pLimit from 'p-limit';
import { blobReference } from './blob-reference.js';

/** Bytes of the largest file that is sent in a single request; larger ones go in blocks that grow with their size. */
const singleRequestBytes = 4 * 1024 * 1024;

/** Requests of one task that send files at the same time. */
const atOnce = 4;

/** A file to be stored, with what storage checks of it. */
interface NamedFile {
  name: string;
  path: string;
  /** Bytes. */
  size: number;
  contentType: string;
  /** Hex. */
  md5: string;
  /** Hex. */
  blake2b256: string;
}

/**
 * Streams files to blobs, several side by side.
 *
 * @param blobNameOf the blob of a file's name
 * @returns each name's reference
 */
export async function putFiles(
  container: ContainerClient,
  files: NamedFile[],
  blobNameOf: (name: string) => string,
): Promise<Map<string, string>> {
  const [one, several] = [pLimit(1), pLimit(atOnce)];
  let failed: { error: unknown } | undefined;
  const put = async (file: NamedFile) => {
    if (failed) throw failed.error; // the others would only meet the same trouble
    try {
      return [file.name, await putFile(container, file, blobNameOf(file.name))] as const;
    } catch (error) {
      failed ??= { error };
      throw error;
    }
  };
  // A large one sends its own blocks side by side: one after the other, so that memory stays within bounds.
  const uploads = files.map((file) => (file.size > singleRequestBytes ? one : several)(() => put(file)));
  // All have settled before an error is told: what is being uploaded must not be removed meanwhile.
  await Promise.allSettled(uploads);
  return new Map(await Promise.all(uploads));
}

/** @returns its reference */
async function putFile(
  container: ContainerClient,
  { path, contentType, md5, blake2b256 }: NamedFile,
  blobName: string,
): Promise<string> {
  await container.getBlockBlobClient(blobName).uploadFile(path, {
    maxSingleShotSize: singleRequestBytes,
    concurrency: atOnce,
    blobHTTPHeaders: { blobContentType: contentType, blobContentMD5: Buffer.from(md5, 'hex') },
    metadata: { blake2b256 },
  });
  return blobReference(container.containerName, blobName);
}

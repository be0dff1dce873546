import type { ContainerClient } from '@azure/storage-blob';
import pLimit from 'p-limit';
import { blobReference } from './blob-reference.js';
import { putFile, singleRequestBytes } from './put-file.js';

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
      const blobName = blobNameOf(file.name);
      const { path, contentType, md5, blake2b256 } = file;
      await putFile(container, blobName, path, { contentType, md5, metadata: { blake2b256 } });
      return [file.name, blobReference(container.containerName, blobName)] as const;
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

import { parseBlobReference } from '../azure-backend/blob-reference.js';
import { readBlob } from '../azure-backend/read-blob.js';
import { createBlake2b256 } from '../contracts/identities/create-blake2b-256.js';
import type { TableArtifact } from '../contracts/result/sim-return.js';
import type { JobStorage } from '../jobs/job-storage.js';

/**
 * The bytes of an output, compared with its size and BLAKE2b-256.
 *
 * @throws an error when it was removed, or is another one
 */
export async function readOutput(
  { blobs }: Pick<JobStorage, 'blobs'>,
  task: string,
  name: string,
  { ref, inline, size, checksum }: TableArtifact,
): Promise<Buffer> {
  const bytes = ref === undefined ? Buffer.from(inline ?? '', 'base64') : await stored(blobs, ref);
  const cannot = `Cannot read the output "${name}" of task ${task}:`;
  if (bytes === undefined)
    throw new Error(`${cannot} ${ref} was removed. Run the task again, without cache.`);
  const hash = await createBlake2b256();
  hash.update(bytes);
  if (bytes.length !== size || hash.digest() !== checksum)
    throw new Error(
      `${cannot} it is damaged: its bytes are not those that the result says. Run the task again, without cache.`,
    );
  return bytes;
}

function stored(blobs: JobStorage['blobs'], ref: string): Promise<Buffer | undefined> {
  const { container, blobName } = parseBlobReference(ref);
  return readBlob(blobs.getContainerClient(container), blobName);
}

import { parseBlobReference } from '../azure-backend/blob-reference.js';
import type { JobStorage } from '../jobs/job-storage.js';
import { readResult } from '../provenance/read-result.js';
import { fetchArtifact } from '../results/fetch/fetch-artifact.js';
import type { TaskSide } from './task-side.js';

/**
 * A stored result, by the reference that an outcome names it by.
 *
 * @throws Error when it is gone, or cannot be read
 */
export async function storedSide(
  blobs: JobStorage['blobs'],
  reference: string,
  signal: AbortSignal,
): Promise<TaskSide> {
  const { container, blobName } = parseBlobReference(reference);
  const found = await readResult(blobs.getContainerClient(container), blobName);
  if (!found) throw new Error(`The result ${reference} was removed from the storage account.`);
  const { outputs, bundle_ref, attestation, finished_at } = found.stored;
  return {
    ...{ outputs, bundle_ref, attestation, finished_at },
    async bring(output, to) {
      const artifact = outputs[output];
      if (!artifact) throw new Error('there is no such output');
      await fetchArtifact(blobs, artifact, to, signal);
      return to;
    },
  };
}

import { join } from 'node:path';
import type { BlobServiceClient } from '@azure/storage-blob';
import { encodeArtifactName } from '../../contracts/result/artifact-name.js';
import type { TableArtifact } from '../../contracts/result/sim-return.js';
import { artifactFiles } from './artifact-files.js';
import { fetchArtifact } from './fetch-artifact.js';
import type { FetchedTask } from './fetched-task.js';

/**
 * Brings artifacts of one task into a folder; what cannot be had is a sentence in `fetched.problems`.
 *
 * @param fetched what becomes of the task: its figures are kept up
 * @returns name → file, relative to the folder
 */
export async function fetchArtifacts(
  blobs: BlobServiceClient,
  artifacts: Record<string, TableArtifact>,
  folder: string,
  fetched: FetchedTask,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const contentTypes = new Map(
    Object.entries(artifacts).map(([name, { content_type }]) => [name, content_type]),
  );
  const files = artifactFiles(Object.keys(artifacts), contentTypes);
  const brought: Record<string, string> = {};
  for (const [name, artifact] of Object.entries(artifacts)) {
    const file = files.get(name) ?? encodeArtifactName(name);
    try {
      fetched[await fetchArtifact(blobs, artifact, join(folder, file), signal)] += 1;
      brought[name] = file;
    } catch (error) {
      if (signal.aborted) throw error;
      const what = error instanceof Error ? error.message : String(error);
      fetched.problems.push(
        `Cannot fetch the artifact "${name}" of task ${fetched.record.task_id}: ${what}.`,
      );
    }
  }
  return brought;
}

import type { ContainerClient } from '@azure/storage-blob';
import { blobReference } from '../azure-backend/blob-reference.js';
import { createOnce } from '../azure-backend/create-once.js';
import { readTextBlob } from '../azure-backend/read-text-blob.js';
import { parseDocument } from '../contracts/parse-document.js';
import { StoredResult } from '../contracts/stored-result.js';
import { stringifyJson } from '../contracts/stringify-json.js';
import type { ArtifactFile, ResultStore } from '../simulation/ports.js';
import { artifactPath, attemptPrefix, resultPath } from './result-paths.js';

/** Bytes of the largest artifact that is sent in a single request; larger ones go in blocks that grow with their size. */
const singleRequestBytes = 4 * 1024 * 1024;

/** Results in a container: each attempt's artifacts apart, and one `result.json` that the first attempt writes. */
export function createResultStore(container: ContainerClient): ResultStore {
  return {
    referenceOf: (resultKey) => blobReference(container.containerName, resultPath(resultKey)),
    find: (resultKey) => find(container, resultKey),
    putArtifacts: (resultKey, attempt, artifacts) => putArtifacts(container, resultKey, attempt, artifacts),
    commit: (result) => commit(container, result),
    discardAttempt: (resultKey, attempt) => discardAttempt(container, resultKey, attempt),
  };
}

async function find(container: ContainerClient, resultKey: string): Promise<StoredResult | undefined> {
  const stored = await readTextBlob(container, resultPath(resultKey));
  return stored === undefined ? undefined : parseDocument(StoredResult, stored);
}

async function putArtifacts(
  container: ContainerClient,
  resultKey: string,
  attempt: string,
  artifacts: ArtifactFile[],
): Promise<Map<string, string>> {
  const references = new Map<string, string>();
  for (const artifact of artifacts) {
    const blobName = artifactPath(resultKey, attempt, artifact.name);
    await container.getBlockBlobClient(blobName).uploadFile(artifact.path, {
      maxSingleShotSize: singleRequestBytes,
      concurrency: 4,
      blobHTTPHeaders: {
        blobContentType: artifact.contentType,
        blobContentMD5: Buffer.from(artifact.md5, 'hex'),
      },
      metadata: { blake2b256: artifact.blake2b256 },
    });
    references.set(artifact.name, blobReference(container.containerName, blobName));
  }
  return references;
}

async function commit(
  container: ContainerClient,
  result: StoredResult,
): Promise<{ won: boolean; stored: StoredResult }> {
  const won = await createOnce(
    container,
    resultPath(result.result_key),
    stringifyJson(result),
    'application/json',
    { attempt: result.attempt, task_id: result.task_id },
  );
  if (won) return { won, stored: result };
  const stored = await find(container, result.result_key);
  if (!stored) {
    throw new Error(`Cannot read the result of task ${result.task_id}: it was committed and then removed.`);
  }
  // A retry of our own request can find what its first try wrote.
  return { won: stored.attempt === result.attempt, stored };
}

async function discardAttempt(container: ContainerClient, resultKey: string, attempt: string): Promise<void> {
  for await (const blob of container.listBlobsFlat({ prefix: attemptPrefix(resultKey, attempt) })) {
    await container.getBlobClient(blob.name).deleteIfExists();
  }
}

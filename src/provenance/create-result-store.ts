import type { ContainerClient } from '@azure/storage-blob';
import pLimit from 'p-limit';
import { blobReference } from '../azure-backend/blob-reference.js';
import { createOnce } from '../azure-backend/create-once.js';
import { readTextBlob } from '../azure-backend/read-text-blob.js';
import { parseDocument } from '../contracts/json/parse-document.js';
import { stringifyJson } from '../contracts/json/stringify-json.js';
import { StoredResult } from '../contracts/result/stored-result.js';
import { ContractViolation } from '../contracts/validation/contract-violation.js';
import type { ArtifactFile, ResultStore } from '../simulation/ports.js';
import { ResultDamaged } from '../simulation/result-damaged.js';
import { artifactPath, attemptPrefix, resultPath } from './result-paths.js';

/** Bytes of the largest artifact that is sent in a single request; larger ones go in blocks that grow with their size. */
const singleRequestBytes = 4 * 1024 * 1024;

/** Requests of one task that send artifacts at the same time. */
const atOnce = 4;

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
  const path = resultPath(resultKey);
  const stored = await readTextBlob(container, path);
  if (stored === undefined) return undefined;
  try {
    return parseDocument(StoredResult, stored, 'The result');
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    const reference = blobReference(container.containerName, path);
    throw new ResultDamaged(
      `Cannot use the stored result ${reference}: ${error.message} Remove that blob, or use the version of the app that wrote it.`,
      { cause: error },
    );
  }
}

async function putArtifacts(
  container: ContainerClient,
  resultKey: string,
  attempt: string,
  artifacts: ArtifactFile[],
): Promise<Map<string, string>> {
  const [one, several] = [pLimit(1), pLimit(atOnce)];
  let failed: { error: unknown } | undefined;
  const put = async (artifact: ArtifactFile) => {
    if (failed) throw failed.error; // the others would only meet the same trouble
    try {
      return [artifact.name, await putArtifact(container, resultKey, attempt, artifact)] as const;
    } catch (error) {
      failed ??= { error };
      throw error;
    }
  };
  // A large one sends its own blocks side by side: one after the other, so that memory stays within bounds.
  const uploads = artifacts.map((artifact) =>
    (artifact.size > singleRequestBytes ? one : several)(() => put(artifact)),
  );
  // All have settled before an error is told: what is being uploaded must not be removed meanwhile.
  await Promise.allSettled(uploads);
  return new Map(await Promise.all(uploads));
}

/** @returns its reference */
async function putArtifact(
  container: ContainerClient,
  resultKey: string,
  attempt: string,
  { name, path, contentType, md5, blake2b256 }: ArtifactFile,
): Promise<string> {
  const blobName = artifactPath(resultKey, attempt, name);
  await container.getBlockBlobClient(blobName).uploadFile(path, {
    maxSingleShotSize: singleRequestBytes,
    concurrency: atOnce,
    blobHTTPHeaders: { blobContentType: contentType, blobContentMD5: Buffer.from(md5, 'hex') },
    metadata: { blake2b256 },
  });
  return blobReference(container.containerName, blobName);
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

import type { ContainerClient } from '@azure/storage-blob';
import { blobReference } from '../azure-backend/blob-reference.js';
import { createOnce } from '../azure-backend/create-once.js';
import { putFiles } from '../azure-backend/put-files.js';
import { readTextBlob } from '../azure-backend/read-text-blob.js';
import { parseDocument } from '../contracts/json/parse-document.js';
import { stringifyJson } from '../contracts/json/stringify-json.js';
import { StoredResult } from '../contracts/result/stored-result.js';
import { ContractViolation } from '../contracts/validation/contract-violation.js';
import type { ResultStore } from '../simulation/ports.js';
import { ResultDamaged } from '../simulation/result-damaged.js';
import { artifactPath, attemptPrefix, resultPath } from './result-paths.js';

/** Results in a container: each attempt's artifacts apart, and one `result.json` that the first attempt writes. */
export function createResultStore(container: ContainerClient): ResultStore {
  return {
    referenceOf: (resultKey) => blobReference(container.containerName, resultPath(resultKey)),
    find: (resultKey) => find(container, resultKey),
    putArtifacts: (resultKey, attempt, artifacts) =>
      putFiles(container, artifacts, (name) => artifactPath(resultKey, attempt, name)),
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

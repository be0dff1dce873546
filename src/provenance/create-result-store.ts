import type { ContainerClient } from '@azure/storage-blob';
import pLimit from 'p-limit';
import { blobReference } from '../azure-backend/blob-reference.js';
import { createOnce } from '../azure-backend/create-once.js';
import { putFiles } from '../azure-backend/put-files.js';
import { blake2b } from '../contracts/identities/blake2b.js';
import { stringifyJson } from '../contracts/json/stringify-json.js';
import { packagesId } from '../contracts/result/packages-id.js';
import type { StoredResult } from '../contracts/result/stored-result.js';
import type { Counting, FoundResult, JobRun, ResultStore } from '../simulation/ports.js';
import { bringOutputs } from './bring-outputs.js';
import { readResult } from './read-result.js';
import {
  artifactPath,
  attemptPrefix,
  furtherResultPath,
  namedResultPath,
  resultPath,
} from './result-paths.js';

/** Results that are read at the same time. */
const atOnce = 16;

/**
 * Results in a container: each attempt's artifacts apart, and one `result.json` that the first attempt writes. Beside it
 * stand those of other packages, and those of single runs, each written once too.
 */
export function createResultStore(container: ContainerClient): ResultStore {
  return {
    find: (resultKey, counting) => find(container, resultKey, counting),
    putArtifacts: (resultKey, attempt, artifacts) =>
      putFiles(container, artifacts, (name) => artifactPath(resultKey, attempt, name)),
    commit: (result, counting) => commit(container, result, counting),
    named: (names) => {
      const several = pLimit(atOnce);
      return Promise.all(
        names.map((name) =>
          several(async () => (await readResult(container, namedResultPath(name)))?.stored),
        ),
      );
    },
    bring: (files, signal) => bringOutputs(container, files, signal),
    discardAttempt: (resultKey, attempt) => discardAttempt(container, resultKey, attempt),
  };
}

async function find(
  container: ContainerClient,
  resultKey: string,
  counting: Counting,
): Promise<FoundResult | undefined> {
  if ('run' in counting) return readResult(container, furtherResultPath(resultKey, runId(counting.run)));
  const first = await readResult(container, resultPath(resultKey));
  if (!first) return undefined;
  const packages = await counting.packages();
  if (packages === undefined) return undefined;
  return packagesOf(first) === packages
    ? first
    : readResult(container, furtherResultPath(resultKey, packages));
}

async function commit(
  container: ContainerClient,
  result: StoredResult,
  counting: Counting,
): Promise<FoundResult & { won: boolean }> {
  const key = result.result_key;
  if ('run' in counting) return createOrRead(container, furtherResultPath(key, runId(counting.run)), result);
  const first = await createOrRead(container, resultPath(key), result);
  if (first.won) return first;
  const packages = await counting.packages();
  if (packages === undefined || packagesOf(first) === packages) return first;
  return createOrRead(container, furtherResultPath(key, packages), result);
}

async function createOrRead(
  container: ContainerClient,
  path: string,
  result: StoredResult,
): Promise<FoundResult & { won: boolean }> {
  const made = await createOnce(container, path, stringifyJson(result), 'application/json', {
    attempt: result.attempt,
    task_id: result.task_id,
  });
  if (made) return { won: true, stored: result, reference: blobReference(container.containerName, path) };
  const found = await readResult(container, path);
  if (!found) {
    throw new Error(`Cannot read the result of task ${result.task_id}: it was committed and then removed.`);
  }
  // A retry of our own request can find what its first try wrote.
  return { ...found, won: found.stored.attempt === result.attempt };
}

/** Undefined for what was stored before it was told: it was made with packages that nobody knows. */
function packagesOf({ stored }: FoundResult): string | undefined {
  const { environment } = stored.attestation;
  return environment && packagesId(environment);
}

/** A redelivered task finds what its run has made already. */
function runId({ jobId, run }: JobRun): string {
  return blake2b(`run:v1|${jobId}|${run}`, 128);
}

async function discardAttempt(container: ContainerClient, resultKey: string, attempt: string): Promise<void> {
  for await (const blob of container.listBlobsFlat({ prefix: attemptPrefix(resultKey, attempt) })) {
    await container.getBlobClient(blob.name).deleteIfExists();
  }
}

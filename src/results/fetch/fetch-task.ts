import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { BlobServiceClient } from '@azure/storage-blob';
import { abfsReference, parseBlobReference } from '../../azure-backend/blob-reference.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { TableArtifact } from '../../contracts/result/sim-return.js';
import { StoredResult } from '../../contracts/result/stored-result.js';
import { writeWhole } from '../../files/write-whole.js';
import { fetchArtifacts } from './fetch-artifacts.js';
import { fetchLog } from './fetch-log.js';
import type { FetchedTask } from './fetched-task.js';
import { partialFolder } from './partial-folder.js';
import { taskFolder } from './task-folder.js';

/**
 * Brings what is stored about one task into its folder: artifacts and `log.txt`, and last `result.json`; after a failure
 * what it still wrote, in `partial/`, and last `outcome.json`. So a folder that has one of the two is complete.
 *
 * @param jobFolder the task's folder is made in it, named for the task's id
 */
export async function fetchTask(
  blobs: BlobServiceClient,
  record: OutcomeRecord,
  jobFolder: string,
  signal: AbortSignal,
): Promise<FetchedTask> {
  const folder = taskFolder(jobFolder, record.task_id);
  const fetched: FetchedTask = {
    record,
    artifacts: {},
    partial: {},
    abfs: {},
    fetched: 0,
    present: 0,
    problems: [],
  };
  await mkdir(folder, { recursive: true });

  const resultText = record.result === undefined ? undefined : await readReference(blobs, record.result);
  if (record.outcome === 'succeeded' && resultText === undefined) {
    fetched.problems.push(
      `Cannot fetch task ${record.task_id}: its result was removed from the storage account.`,
    );
    return fetched;
  }
  const [marker, other, content] =
    resultText === undefined
      ? ['outcome.json', 'result.json', `${stringifyJson(record, 2)}\n`]
      : ['result.json', 'outcome.json', resultText];
  await rm(join(folder, other), { force: true });
  const complete = (await readIfThere(join(folder, marker))) === content;
  const partial = join(folder, partialFolder);
  if (!complete) {
    await rm(join(folder, marker), { force: true });
    // That of another attempt, or an output of that name.
    await rm(partial, { recursive: true, force: true });
  }

  const filesOf = async (artifacts: Record<string, TableArtifact>, to: string) => {
    for (const [name, { ref }] of Object.entries(artifacts))
      if (ref !== undefined) fetched.abfs[name] = abfsReference(ref);
    const files = Object.entries(await fetchArtifacts(blobs, artifacts, to, fetched, signal));
    return Object.fromEntries(files.map(([name, file]) => [name, relative(jobFolder, join(to, file))]));
  };
  if (resultText !== undefined)
    fetched.artifacts = await filesOf(parseDocument(StoredResult, resultText).outputs, folder);
  if (record.partial !== undefined) {
    await mkdir(partial, { recursive: true });
    fetched.partial = await filesOf(record.partial, partial);
  }
  const logsRef = record.logs_ref ?? (resultText && parseDocument(StoredResult, resultText).logs_ref);
  if (logsRef) await fetchLog(blobs, logsRef, join(folder, 'log.txt'), complete, signal);
  if (fetched.problems.length > 0) await rm(join(folder, marker), { force: true });
  else if (!complete) await writeWhole(join(folder, marker), [content]);
  return fetched;
}

async function readReference(blobs: BlobServiceClient, reference: string): Promise<string | undefined> {
  const { container, blobName } = parseBlobReference(reference);
  return readTextBlob(blobs.getContainerClient(container), blobName);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

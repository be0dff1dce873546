import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { LeftOut } from '../../contracts/job/left-out.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import type { JobRun } from '../../simulation/ports.js';
import { leftOutPath } from '../job-paths.js';

/** What of a run was never sent; undefined when everything was, or is to be. */
export async function readLeftOut(jobs: ContainerClient, run: JobRun): Promise<LeftOut | undefined> {
  const text = await readTextBlob(jobs, leftOutPath(run));
  return text === undefined ? undefined : parseDocument(LeftOut, text);
}

import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { RunManifest } from '../../contracts/job/run-manifest.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import type { JobRun } from '../../simulation/ports.js';
import { runPath } from '../job-paths.js';

/** What was written down of a run; undefined when nobody did. */
export async function readRunManifest(jobs: ContainerClient, run: JobRun): Promise<RunManifest | undefined> {
  const text = await readTextBlob(jobs, runPath(run));
  return text === undefined ? undefined : parseDocument(RunManifest, text);
}

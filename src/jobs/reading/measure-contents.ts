import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { JobManifest } from '../../contracts/job/job-manifest.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { RunExecutor } from '../../contracts/task/executor.js';
import { resultKey } from '../../contracts/task/result-key.js';
import { jobPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { unlessMissing } from '../unless-missing.js';
import { readOutcomes } from './read-outcomes.js';
import { readTasks } from './read-tasks.js';

export interface Contents {
  results: Amount;
  jobs: Amount;
  /** Names of jobs, some of them when there are many. */
  jobIds: string[];
}

export interface Amount {
  blobs: number;
  bytes: number;
}

const namedAtMost = 20;
const folder = 'jobs/';

/** Jobs by which the product tries out an app or a bundle: nobody would miss them. */
const isTrial = /^(smoke|preflight)-\d{8}T/;

/** How much of results and jobs an account holds, without the product's own trials. */
export async function measureContents(
  storage: Pick<JobStorage, 'jobs' | 'results'>,
  abortSignal: AbortSignal,
): Promise<Contents> {
  const { jobs, results } = storage;
  const jobIds: string[] = [];
  const trials: string[] = [];
  for await (const item of unlessMissing(jobs.listBlobsByHierarchy('/', { prefix: folder, abortSignal }))) {
    if (item.kind !== 'prefix') continue;
    const jobId = item.name.slice(folder.length, -1);
    if (await isOurTrial(storage, jobId)) trials.push(jobId);
    else if (jobIds.length < namedAtMost) jobIds.push(jobId);
  }
  const trialKeys = await keysOf(storage, trials, abortSignal);
  const ofTrials = trials.map((jobId) => `${folder}${jobId}/`);
  return {
    jobIds,
    jobs: await measure(
      jobs.listBlobsFlat({ abortSignal }),
      (name) => !ofTrials.some((prefix) => name.startsWith(prefix)),
    ),
    results: await measure(
      results.listBlobsFlat({ abortSignal }),
      (name) => !trialKeys.has(/^sims\/..\/([0-9a-f]{32})\//.exec(name)?.[1] ?? ''),
    ),
  };
}

async function isOurTrial({ jobs }: Pick<JobStorage, 'jobs'>, jobId: string): Promise<boolean> {
  if (!isTrial.test(jobId)) return false;
  const text = await readTextBlob(jobs, jobPath(jobId));
  return text !== undefined && jobId.startsWith(`${parseDocument(JobManifest, text).source}-`);
}

async function keysOf(
  { jobs }: Pick<JobStorage, 'jobs'>,
  jobIds: string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const jobId of jobIds) {
    for await (const { message } of readTasks(jobs, jobId, signal))
      for (const executor of RunExecutor.options) keys.add(resultKey(message, executor));
    // An app with more threads for a task names its results otherwise.
    await readOutcomes(jobs, { jobId, run: undefined }, signal, ({ result_key }) => {
      keys.add(result_key);
    });
  }
  return keys;
}

async function measure(
  blobs: AsyncIterable<{ name: string; properties: { contentLength?: number } }>,
  counts: (name: string) => boolean,
): Promise<Amount> {
  const amount = { blobs: 0, bytes: 0 };
  for await (const { name, properties } of unlessMissing(blobs)) {
    if (!counts(name)) continue;
    amount.blobs += 1;
    amount.bytes += properties.contentLength ?? 0;
  }
  return amount;
}

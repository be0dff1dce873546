import type { ContainerClient } from '@azure/storage-blob';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import { forEachConcurrently } from '../for-each-concurrently.js';
import {
  cancellationsPrefix,
  expansionsPrefix,
  followingPrefix,
  jobPath,
  runsPrefix,
  tasksPath,
  unsurePrefix,
} from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { unlessMissing } from '../unless-missing.js';
import type { Deletion } from './plan-deletion.js';

const atOnce = 32;

export interface DeletedJob {
  job_id: string;
  /** Blobs. */
  deleted: number;
  /** Whether what was cancelled stays written down, since messages of the job may still be in the queue, and would run. */
  cancellations_kept: boolean;
}

/**
 * Deletes what is kept of a job but results, which other jobs may share. What describes the job goes first: whatever is left after an interruption is then a job
 * that nobody wrote down, which the same command deletes.
 *
 * @throws StoppedHalfway on interruption or trouble in the middle
 */
export async function deleteJob(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { jobId, waiting }: Deletion,
  signal: AbortSignal,
  onProgress: (deleted: number) => void = () => undefined,
): Promise<DeletedJob> {
  const keepsCancellations = waiting !== 0;
  const prefixes = [
    // First, so that nobody goes on to send its messages.
    `${expansionsPrefix}${jobId}/`,
    `${unsurePrefix}${jobId}/`,
    `${followingPrefix}${jobId}/`,
    runsPrefix(jobId),
    `jobs/${jobId}/`,
    ...(keepsCancellations ? [] : [`${cancellationsPrefix}${jobId}/`]),
  ];
  let deleted = 0;
  const remove = async (blob: string) => {
    const { succeeded } = await jobs.getBlobClient(blob).deleteIfExists();
    if (succeeded) onProgress(++deleted);
  };
  try {
    signal.throwIfAborted();
    await remove(jobPath(jobId));
    await remove(tasksPath(jobId));
    for (const prefix of prefixes)
      await forEachConcurrently(namesBelow(jobs, prefix, signal), atOnce, signal, remove);
  } catch (cause) {
    const why = signal.aborted || !(cause instanceof Error) ? '' : ` ${cause.message}.`;
    throw new StoppedHalfway(
      `Of the job ${jobId} ${deleted} blobs are deleted, and others are not.${why} The same command deletes the rest.`,
      { cause },
    );
  }
  return { job_id: jobId, deleted, cancellations_kept: keepsCancellations };
}

async function* namesBelow(
  jobs: ContainerClient,
  prefix: string,
  abortSignal: AbortSignal,
): AsyncGenerator<string> {
  for await (const { name } of unlessMissing(jobs.listBlobsFlat({ prefix, abortSignal }))) yield name;
}

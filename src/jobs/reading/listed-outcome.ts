import type { ListedBlob } from '../../azure-backend/listed-blobs.js';
import type { OutcomeKind } from '../../contracts/result/outcome.js';
import { parseTaskFailure, type TaskFailure } from '../../contracts/result/task-failure.js';
import { parseTaskProcess, type TaskProcess } from '../../contracts/result/task-process.js';
import { parseTaskSeconds, type TaskSeconds } from '../../contracts/result/task-seconds.js';
import { outcomeInListing } from './outcome-in-listing.js';

/** What a listing says about a task's outcome record, without reading it. */
export interface ListedOutcome {
  blobName: string;
  run: string;
  taskId: string;
  outcome: OutcomeKind;
  cached: boolean;
  /** Which attempt ran it; empty in what older apps recorded. */
  attempt: string;
  /** The same in replicates whose outputs are equal. */
  replicateDigest: string | undefined;
  /** Names of the caches of libraries that its attempt filled. */
  filledCaches: string[];
  /** Undefined when no process ran, and in what older apps recorded. */
  seconds: TaskSeconds | undefined;
  /** Undefined when none ran it, and in what older apps recorded, as the following. */
  process: TaskProcess | undefined;
  /** Of a task that failed; undefined also where it is too long for a listing. */
  failure: TaskFailure | undefined;
  /** Of a task that succeeded; undefined also where there are too many of them for a listing. */
  outputs: string[] | undefined;
  finishedAt: string | undefined;
  recordedAt: Date;
}

/** @returns undefined when the blob is something else (a log, an event, a run's description). */
export function listedOutcome({ name, metadata, createdOn }: ListedBlob): ListedOutcome | undefined {
  const match = /\/runs\/([^/]+)\/outcomes\/([^/]+)\.json$/.exec(name);
  if (!match?.[1] || !match[2]) return undefined;
  return {
    blobName: name,
    run: match[1],
    taskId: match[2],
    outcome: outcomeInListing(name, metadata),
    cached: metadata.cached === 'true',
    attempt: metadata.attempt ?? '',
    replicateDigest: metadata.replicate_digest,
    filledCaches: metadata.filled_caches?.split(',') ?? [],
    seconds: parseTaskSeconds(metadata.seconds),
    process: parseTaskProcess(metadata.process),
    failure: parseTaskFailure(metadata.failure),
    outputs: outputsOf(metadata.outputs, name),
    finishedAt: metadata.finished_at,
    recordedAt: createdOn,
  };
}

function outputsOf(text: string | undefined, blobName: string): string[] | undefined {
  try {
    return text?.split(',').map(decodeURIComponent);
  } catch (cause) {
    throw new Error(
      `Cannot read which outputs the outcome ${blobName} has: its metadata say "${text}", which are no percent-encoded names. Was it changed?`,
      { cause },
    );
  }
}

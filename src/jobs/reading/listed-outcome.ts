import type { OutcomeKind } from '../../contracts/result/outcome.js';
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
  /** Of a task that succeeded; undefined also where there are too many of them for a listing. */
  outputs: string[] | undefined;
  finishedAt: string | undefined;
  recordedAt: Date | undefined;
}

/** @returns undefined when the blob is something else (a log, an event, a run's description). */
export function listedOutcome(blob: {
  name: string;
  metadata?: Record<string, string> | undefined;
  properties: { createdOn?: Date; lastModified: Date };
}): ListedOutcome | undefined {
  const match = /\/runs\/([^/]+)\/outcomes\/([^/]+)\.json$/.exec(blob.name);
  if (!match?.[1] || !match[2]) return undefined;
  return {
    blobName: blob.name,
    run: match[1],
    taskId: match[2],
    outcome: outcomeInListing(blob.name, blob.metadata),
    cached: blob.metadata?.cached === 'true',
    attempt: blob.metadata?.attempt ?? '',
    replicateDigest: blob.metadata?.replicate_digest,
    filledCaches: blob.metadata?.filled_caches?.split(',') ?? [],
    seconds: parseTaskSeconds(blob.metadata?.seconds),
    process: parseTaskProcess(blob.metadata?.process),
    outputs: outputsOf(blob.metadata?.outputs, blob.name),
    finishedAt: blob.metadata?.finished_at,
    recordedAt: blob.properties.createdOn ?? blob.properties.lastModified,
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

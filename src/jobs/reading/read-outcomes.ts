import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { forEachConcurrently } from '../for-each-concurrently.js';
import type { RunScope } from '../run-scope.js';
import { listOutcomes } from './list-outcomes.js';
import type { ListedOutcome } from './listed-outcome.js';

const atOnce = 16;

/** Hands over each outcome record of a run, in no particular order, 16 at a time. */
export async function readOutcomes(
  jobs: ContainerClient,
  scope: RunScope,
  signal: AbortSignal,
  act: (record: OutcomeRecord) => Promise<void> | void,
): Promise<void> {
  await readListed(jobs, listOutcomes(jobs, scope, signal), signal, act);
}

/** Hands over the record of each of these outcomes, in no particular order, 16 at a time. */
export async function readListed(
  jobs: ContainerClient,
  listed: Iterable<ListedOutcome> | AsyncIterable<ListedOutcome>,
  signal: AbortSignal,
  act: (record: OutcomeRecord, listed: ListedOutcome) => Promise<void> | void,
): Promise<void> {
  await forEachConcurrently(listed, atOnce, signal, async (one) => {
    await act(await readOutcome(jobs, one.blobName), one);
  });
}

/** One outcome record that a listing named. */
export async function readOutcome(jobs: ContainerClient, blobName: string): Promise<OutcomeRecord> {
  const text = await readTextBlob(jobs, blobName);
  if (text === undefined)
    throw new Error(`Cannot read the outcome ${blobName}: it was removed in the meantime.`);
  return parseDocument(OutcomeRecord, text, `The outcome ${blobName}`);
}

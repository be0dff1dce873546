import type { ContainerClient } from '@azure/storage-blob';
import { z } from 'zod';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { type ListedRefusal, listRefused } from './list-refused.js';

const Refused = z.object({
  message_id: z.string(),
  /** `invalid`: it is no task. `poison`: all its deliveries were used up. */
  why: z.enum(['invalid', 'poison']),
  reason: z.string(),
  received_at: z.string(),
});

/** A refused message, without its body, which its record holds. */
export type RefusedMessage = z.infer<typeof Refused> & { blob: string };

export interface RefusedMessages {
  total: number;
  /** The newest first. */
  newest: RefusedMessage[];
}

/** Of more, those of the last days alone are looked at. */
const mostListed = 5_000;

/**
 * Messages that were refused since a time, of whatever job.
 *
 * @param since in ISO 8601; all of them when null
 * @param most how many are read
 */
export async function readRefused(
  jobs: ContainerClient,
  since: string | null,
  most: number,
  signal: AbortSignal,
): Promise<RefusedMessages> {
  const listed: ListedRefusal[] = [];
  for await (const one of listRefused(jobs, since === null ? undefined : new Date(since), signal)) {
    listed.push(one);
    if (listed.length >= mostListed) break;
  }
  const newest = listed.sort((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime()).slice(0, most);
  const read = await Promise.all(
    newest.map(async ({ blobName }) => {
      const text = await readTextBlob(jobs, blobName);
      if (text === undefined) return [];
      return [{ ...parseDocument(Refused, text, `The refused message ${blobName}`), blob: blobName }];
    }),
  );
  return { total: listed.length, newest: read.flat() };
}

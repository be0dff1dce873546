import type { ContainerClient } from '@azure/storage-blob';
import { z } from 'zod';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { type ListedRefusal, listRefused } from './list-refused.js';

/** A refused message, without its body, which its record holds. */
export type RefusedMessage = z.infer<typeof Refused> & { blob: string };

const Refused = z.object({
  message_id: z.string(),
  /** `invalid`: it is no task. `poison`: all its deliveries were used up. */
  why: z.enum(['invalid', 'poison']),
  reason: z.string(),
  received_at: z.string(),
});

/** The newest messages that were refused since a time, of whatever job, newest first; at most `most`. */
export async function readRefused(
  jobs: ContainerClient,
  since: Date | undefined,
  most: number,
  signal: AbortSignal,
): Promise<RefusedMessage[]> {
  const listed: ListedRefusal[] = [];
  for await (const one of listRefused(jobs, since, signal)) listed.push(one);
  const newest = listed.sort((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime()).slice(0, most);
  const read = await Promise.all(
    newest.map(async ({ blobName }) => {
      const text = await readTextBlob(jobs, blobName);
      if (text === undefined) return [];
      return [{ ...parseDocument(Refused, text, `The refused message ${blobName}`), blob: blobName }];
    }),
  );
  return read.flat();
}

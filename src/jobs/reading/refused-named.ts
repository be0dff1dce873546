import type { ContainerClient } from '@azure/storage-blob';
import { z } from 'zod';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { WholeNumber } from '../../contracts/json/number.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { listRefused } from './list-refused.js';

const Refused = z.object({
  message_id: z.string(),
  why: z.enum(['invalid', 'poison']),
  reason: z.string(),
  /** Where in the message; empty when all of it is meant. */
  field: z.string(),
  /** As text, where it is text. */
  body: z.string(),
  body_base64: z.string(),
  received_at: z.string(),
  dequeue_count: WholeNumber,
});

/** All that is kept of a refused message. */
export type WholeRefusal = z.infer<typeof Refused> & { blob: string };

/**
 * The refused message whose id begins so.
 *
 * @throws when there is none, or several
 */
export async function refusedNamed(
  jobs: ContainerClient,
  start: string,
  signal: AbortSignal,
): Promise<WholeRefusal> {
  const found: string[] = [];
  for await (const { blobName } of listRefused(jobs, undefined, signal))
    if (idOf(blobName).startsWith(start)) found.push(blobName);
  const blob = found.find((name) => idOf(name) === start) ?? found[0];
  if (blob === undefined)
    throw new Error(
      `Cannot find the refused message ${start}: none has an id that begins so. \`mops-cold refused list\` lists them.`,
    );
  if (found.length > 1 && idOf(blob) !== start)
    throw new Error(
      `Cannot tell which refused message "${start}" means: the ids of ${found.length} begin so (${found.slice(0, 5).map(idOf).join(', ')}${found.length > 5 ? ', …' : ''}).`,
    );
  const text = await readTextBlob(jobs, blob);
  if (text === undefined)
    throw new Error(`Cannot read the refused message ${blob}: it was removed meanwhile.`);
  return { ...parseDocument(Refused, text, `The refused message ${blob}`), blob };
}

function idOf(blobName: string): string {
  return blobName.replace(/^.*\//, '').replace(/\.json$/, '');
}

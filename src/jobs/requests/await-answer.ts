import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';

const pauseMs = { least: 250, most: 2_000 };

export interface AwaitedAnswer {
  /** Name of the blob that the app writes once it is done. */
  answer: string;
  /** Name of the blob that it writes when it gives the message up. */
  refused: string;
  patienceMs: number;
  /** Looks at how far the app is. */
  look?: () => Promise<void>;
  signal: AbortSignal;
}

/**
 * Waits until the app has answered a request that is no task.
 *
 * @returns its answer, or that it has given the message up, or has not answered in time
 * @throws the signal's reason
 */
export async function awaitAnswer(
  jobs: ContainerClient,
  { answer, refused, patienceMs, look = async () => undefined, signal }: AwaitedAnswer,
): Promise<string | { none: 'refused' | 'late' }> {
  const deadline = Date.now() + patienceMs;
  for (let pause = pauseMs.least; ; pause = Math.min(pause * 1.5, pauseMs.most)) {
    await look();
    const written = await readTextBlob(jobs, answer);
    if (written !== undefined) return written;
    if ((await readTextBlob(jobs, refused)) !== undefined) return { none: 'refused' };
    if (Date.now() > deadline) return { none: 'late' };
    await sleep(pause, undefined, { signal });
  }
}

import type { QueueClient } from '@azure/storage-queue';

/** The app starts all the same when storage does not answer: the host looks for messages again and again. */
const patienceMs = 5_000;

/**
 * Makes the queues that the app reads where they are missing, so that every client can push from the app's start on. In Azure the
 * deployment has made them, and the app's identity need not have the right to.
 *
 * @returns a sentence for each queue that may be missing still
 */
export async function makeQueues(queues: QueueClient[]): Promise<string[]> {
  return (await Promise.all(queues.map(make))).flat();
}

async function make(queue: QueueClient): Promise<string[]> {
  const abortSignal = AbortSignal.timeout(patienceMs);
  try {
    await queue.createIfNotExists({ abortSignal });
    return [];
  } catch (error) {
    if (isForbidden(error) && (await queue.exists({ abortSignal }).catch(() => false))) return [];
    const why = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    return [
      `Cannot make the queue ${queue.name}: ${why}. If it is missing, make it, or give the app's identity the role Storage Queue Data Contributor.`,
    ];
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === 403;
}

import { RestError } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';

/** How many messages a queue has, roughly, those that are worked on among them; null for those who may not look. */
export async function countMessages(queue: QueueClient, abortSignal: AbortSignal): Promise<number | null> {
  try {
    return (await queue.getProperties({ abortSignal })).approximateMessagesCount ?? 0;
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return 0;
    if (error instanceof RestError && error.statusCode === 403) return null;
    throw error;
  }
}

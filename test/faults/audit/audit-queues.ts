import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenCampaign } from '../campaign/open-campaign.js';

/** A lease, and a delivery after it. */
const emptyWithinMs = 60_000;

/** Waits until the queues are empty, which they are shortly after the last outcome. */
export async function auditQueues({ client }: OpenCampaign): Promise<string[]> {
  const deadline = performance.now() + emptyWithinMs;
  for (;;) {
    const queues = [client.queue, client.poisonQueue];
    const left = await Promise.all(
      queues.map(async (queue) => {
        const { approximateMessagesCount: count = 0 } = await queue.getProperties();
        return count === 0 ? [] : [`${count} messages are left in the queue ${queue.name}.`];
      }),
    );
    if (left.flat().length === 0 || performance.now() > deadline) return left.flat();
    await sleep(250);
  }
}

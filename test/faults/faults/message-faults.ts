import { QueueClient, RestError } from '@azure/storage-queue';
import type { ReceivedMessage } from '../storage/storage-proxy.js';
import type { Fault, Victims } from './fault.js';
import { pause } from './pause.js';

/** Another client shows a message again that somebody is working on. @returns false when it is gone, or was received again */
async function showAgain(storage: Victims['storage'], message: ReceivedMessage): Promise<boolean> {
  try {
    await new QueueClient(storage.direct, message.queue).updateMessage(
      message.messageId,
      message.popReceipt,
      undefined,
      0,
    );
    return true;
  } catch (error) {
    if (error instanceof RestError) return false;
    throw error;
  }
}

export const messageFaults: Fault[] = [
  {
    name: 'delivered-twice',
    doubles: true,
    async inject({ random, storage, messages, calm }) {
      const wanted = random.whole(1, 5);
      let shown = 0;
      for (let at = 0; at < wanted; at += 1) {
        const message = await messages.next(calm);
        if (message && (await showAgain(storage, message))) shown += 1;
      }
      return shown > 0 ? `${shown} messages delivered twice at once` : undefined;
    },
  },
  {
    name: 'lease-lost',
    doubles: true,
    async inject({ random, storage, messages, calm, scale }) {
      await pause(random.between(50, 500) * scale, calm);
      const held = messages.recent(2_000 * scale);
      if (held.length === 0) return undefined;
      const lost = await Promise.all(held.map((message) => showAgain(storage, message)));
      const count = lost.filter(Boolean).length;
      return count > 0 ? `${count} leases lost` : undefined;
    },
  },
  {
    name: 'sent-twice',
    doubles: true,
    async inject({ random, storage, messages }) {
      const known = messages.recent(60_000);
      const again = random.several(known, random.whole(1, 8));
      await Promise.all(
        again.map(({ queue, text }) => new QueueClient(storage.direct, queue).sendMessage(text)),
      );
      return again.length > 0 ? `${again.length} messages sent once more` : undefined;
    },
  },
];

import { type QueueClient, RestError } from '@azure/storage-queue';
import type { Receipt } from './receipt.js';

/** What the worker itself does to messages, which is otherwise the host's business. */
export interface OwnMessages {
  /** Whether another message could be received right now. */
  waiting(): Promise<boolean>;
  /** @returns false when the receipt is out of date: the message then comes back, and finds its result. */
  delete(receipt: Receipt): Promise<boolean>;
  /**
   * Gives a message back at once. Only for a worker that goes away.
   * @param copy body of a message to send instead when the receipt is out of date; without it the message waits for its lease to end
   */
  release(receipt: Receipt, copy?: () => Promise<string>): Promise<'released' | 'copied' | 'left'>;
}

export function createOwnMessages(queue: QueueClient): OwnMessages {
  return {
    async waiting() {
      const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 1 });
      return peekedMessageItems.length > 0;
    },

    async delete({ messageId, popReceipt }) {
      try {
        await queue.deleteMessage(messageId, popReceipt);
        return true;
      } catch (error) {
        if (isOutOfDate(error)) return false;
        throw error;
      }
    },

    async release({ messageId, popReceipt }, copy) {
      try {
        await queue.updateMessage(messageId, popReceipt, undefined, 0);
        return 'released';
      } catch (error) {
        if (!isOutOfDate(error)) throw error;
        if (!copy) return 'left';
        await queue.sendMessage(await copy(), { messageTimeToLive: -1 });
        return 'copied';
      }
    },
  };
}

function isOutOfDate(error: unknown): boolean {
  return error instanceof RestError && (error.statusCode === 404 || error.code === 'PopReceiptMismatch');
}

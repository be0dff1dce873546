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
   * @returns left when the receipt is out of date: it then comes back by itself, within the ten minutes of its lease
   */
  release(receipt: Receipt): Promise<'released' | 'left'>;
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

    async release({ messageId, popReceipt }) {
      try {
        await queue.updateMessage(messageId, popReceipt, undefined, 0);
        return 'released';
      } catch (error) {
        if (!isOutOfDate(error)) throw error;
        // A copy would run at once, and the message itself beside it: two of a long task, and twice as many each time.
        return 'left';
      }
    },
  };
}

function isOutOfDate(error: unknown): boolean {
  return error instanceof RestError && (error.statusCode === 404 || error.code === 'PopReceiptMismatch');
}

import type { QueueClient } from '@azure/storage-queue';
import type { Logger } from '../logger.js';
import { isGone } from './is-gone.js';

/** The hold on a message while its function runs. */
export interface Lease {
  /** Ends the renewal and gives the pop receipt that is valid now. */
  end(): Promise<string>;
}

/**
 * Renews a message's visibility at half of the lease, again and again. The function is not told: its metadata goes
 * stale. When the message is gone, or someone else changed it, renewal ends without a word, as in the real host.
 */
export function holdLease(
  queue: QueueClient,
  message: { readonly messageId: string; readonly popReceipt: string },
  leaseMs: number,
  logger: Logger,
): Lease {
  const { messageId } = message;
  let popReceipt = message.popReceipt;
  let ended = false;
  let renewal: Promise<void> = Promise.resolve();
  let timer = schedule();

  function schedule(): NodeJS.Timeout {
    return setTimeout(() => {
      renewal = renew();
    }, leaseMs / 2);
  }

  async function renew(): Promise<void> {
    try {
      const renewed = await queue.updateMessage(messageId, popReceipt, undefined, Math.ceil(leaseMs / 1000));
      popReceipt = renewed.popReceipt ?? popReceipt;
      logger('debug', `Renewed message ${messageId}`, {
        type: 'lease-renewed',
        queue: queue.name,
        messageId,
      });
    } catch (error) {
      const level = isGone(error) ? 'debug' : 'error';
      const reason = error instanceof Error ? error.message : String(error);
      logger(level, `Cannot renew message ${messageId}: ${reason}`, {
        type: 'lease-lost',
        queue: queue.name,
        messageId,
      });
      if (isGone(error)) return;
    }
    if (!ended) timer = schedule();
  }

  return {
    end: async () => {
      ended = true;
      clearTimeout(timer);
      await renewal;
      return popReceipt;
    },
  };
}

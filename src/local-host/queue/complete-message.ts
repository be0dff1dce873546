import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { HostEvent } from '../logger.js';
import { isGone } from './is-gone.js';
import type { QueueContext } from './queue-context.js';

/** How a delivery ended. */
export type MessageOutcome = 'succeeded' | 'failed' | 'delivered-too-often';

/**
 * Ends a delivery: success deletes the message; a failure gives it back for another delivery, or puts a copy into the
 * poison queue, without looking whether it is still there. A poison queue's own message is not given back after a
 * failure: it returns when its lease is over.
 */
export async function completeMessage(
  context: QueueContext,
  message: DequeuedMessageItem,
  popReceipt: string,
  outcome: MessageOutcome,
): Promise<void> {
  const { messageId, dequeueCount } = message;
  const { queue, poisonQueue, settings, logger } = context;
  if (context.abandoned()) {
    report('message-left', `Left message ${messageId} as it is: the host ends`);
    return;
  }
  if (outcome === 'succeeded') {
    await remove();
  } else if (poisonQueue && (outcome === 'delivered-too-often' || dequeueCount >= settings.maxDequeueCount)) {
    logger(
      'warn',
      `Message has reached MaxDequeueCount of ${settings.maxDequeueCount}. Moving message to queue '${poisonQueue.name}'.`,
    );
    await copy(poisonQueue);
    report('message-poisoned', `Put message ${messageId} into ${poisonQueue.name}`);
    context.onPoisoned(poisonQueue.name);
    await remove();
  } else if (poisonQueue) {
    const hiddenSeconds = Math.round(settings.visibilityTimeoutMs / 1000);
    const released = () => queue.updateMessage(messageId, popReceipt, undefined, hiddenSeconds);
    if (await isStillThere(released)) report('message-released', `Gave message ${messageId} back`);
  } else {
    report('message-left', `Left message ${messageId} of ${queue.name} until its lease is over`);
  }

  async function remove(): Promise<void> {
    if (await isStillThere(() => queue.deleteMessage(messageId, popReceipt))) {
      report('message-deleted', `Deleted message ${messageId}`);
    }
  }

  async function copy(to: QueueClient): Promise<void> {
    try {
      await to.sendMessage(message.messageText);
    } catch (error) {
      if (!isGone(error)) throw error;
      await to.createIfNotExists();
      await to.sendMessage(message.messageText);
    }
  }

  async function isStillThere(change: () => Promise<unknown>): Promise<boolean> {
    try {
      await change();
      return true;
    } catch (error) {
      if (!isGone(error)) throw error;
      report('message-gone', `Message '${messageId}' was deleted, or its pop receipt is another`);
      return false;
    }
  }

  function report(
    type: Extract<HostEvent, { messageId: string; queue: string }>['type'],
    text: string,
  ): void {
    logger('debug', text, { type, queue: queue.name, messageId });
  }
}

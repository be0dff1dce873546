import { setTimeout as sleep } from 'node:timers/promises';
import type { DequeuedMessageItem } from '@azure/storage-queue';
import { createBackoff } from './backoff.js';
import { mayPass } from './may-pass.js';
import { processMessage } from './process-message.js';
import type { QueueContext } from './queue-context.js';

/** The loop that fetches the messages of one queue. */
export interface QueueListener {
  readonly queueName: string;
  /** Ends the pause after an empty look at the queue. */
  wake(): void;
  /** Fetches nothing more. Settles when everything in flight is done. */
  stop(): Promise<void>;
}

/**
 * Listens to a queue under host.json's settings: up to batchSize messages a fetch, the next fetch as soon as no more
 * than newBatchThreshold are in flight, pauses that grow while the queue is empty.
 *
 * @param onBroken storage refused in a way that waiting does not mend; the loop has ended
 */
export function startQueueListener(context: QueueContext, onBroken: (error: Error) => void): QueueListener {
  const { queue, settings, timing, logger } = context;
  const inFlight = new Set<Promise<void>>();
  const stopping = new AbortController();
  const backoff = createBackoff(
    timing.minPollingMs,
    Math.max(settings.maxPollingIntervalMs, timing.minPollingMs),
  );
  let exists = false;
  let pause = new AbortController();
  let onChange: () => void = () => undefined;
  const loop = listen().catch((error: unknown) => onBroken(asError(error)));

  async function listen(): Promise<void> {
    let found = false;
    while (!stopping.signal.aborted) {
      pause = new AbortController();
      const messages = await fetch();
      if (!(await dispatched(messages))) return leave(messages);
      for (const message of messages) start(message);
      if (messages.length > 0) {
        found = true;
        while (inFlight.size > settings.newBatchThreshold && !stopping.signal.aborted) await change();
      } else {
        await idle(backoff(found));
        found = false;
      }
    }
  }

  /** False when the host was stopped before that. */
  async function dispatched(messages: DequeuedMessageItem[]): Promise<boolean> {
    if (messages.length === 0 || timing.dispatchMs === 0) return true;
    await sleep(timing.dispatchMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    return !stopping.signal.aborted;
  }

  function leave(messages: DequeuedMessageItem[]): void {
    for (const { messageId } of messages) {
      logger('debug', `Left message ${messageId} as it is: the host stops, and has not started it`, {
        type: 'message-left',
        queue: queue.name,
        messageId,
      });
    }
  }

  function start(message: DequeuedMessageItem): void {
    const work = processMessage(context, message).catch((error: unknown) => {
      // The message stays as it is, and comes back when its lease is over.
      logger('error', `Cannot end the delivery of message ${message.messageId}: ${asError(error).message}`);
    });
    const tracked = work.finally(() => {
      inFlight.delete(tracked);
      onChange();
    });
    inFlight.add(tracked);
  }

  function change(): Promise<void> {
    return new Promise((resolve) => {
      onChange = resolve;
    });
  }

  async function fetch(): Promise<DequeuedMessageItem[]> {
    try {
      // The queue may be made, or deleted, at any time.
      exists = exists || (await queue.exists());
      if (!exists) return [];
      const numberOfMessages = settings.batchSize;
      const visibilityTimeout = Math.ceil(timing.leaseMs / 1000);
      const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages, visibilityTimeout });
      logger('debug', `Found ${receivedMessageItems.length} messages in ${queue.name}`, {
        type: 'queue-polled',
        queue: queue.name,
        found: receivedMessageItems.length,
      });
      return receivedMessageItems.map(asItWasSent);
    } catch (error) {
      exists = false;
      if (!mayPass(error)) throw error;
      logger('warn', `Cannot read queue ${queue.name} now: ${asError(error).message}`);
      return [];
    }
  }

  async function idle(ms: number): Promise<void> {
    const signal = AbortSignal.any([pause.signal, stopping.signal]);
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  return {
    queueName: queue.name,
    wake: () => pause.abort(),
    stop: async () => {
      stopping.abort();
      onChange();
      await loop;
      await Promise.all(inFlight);
    },
  };
}

/** The client of the queue leaves one entity of its XML as it is: the carriage return, in a text from Windows. */
function asItWasSent(message: DequeuedMessageItem): DequeuedMessageItem {
  return { ...message, messageText: message.messageText.replaceAll('&#xD;', '\r') };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

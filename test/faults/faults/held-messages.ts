import type { ReceivedMessage } from '../storage/storage-proxy.js';

/** Messages of tasks that were received, by whoever; the latest receipt of each. */
export interface HeldMessages {
  add(message: ReceivedMessage): void;
  /** Those received within the last `ms`, the latest last. */
  recent(ms: number): ReceivedMessage[];
  /** Told of the next one that is received. */
  next(signal: AbortSignal): Promise<ReceivedMessage | undefined>;
}

export function createHeldMessages(queueName: string): HeldMessages {
  const held = new Map<string, { message: ReceivedMessage; at: number }>();
  const waiting = new Set<(message: ReceivedMessage) => void>();
  return {
    add(message) {
      if (message.queue !== queueName) return;
      held.delete(message.messageId);
      held.set(message.messageId, { message, at: performance.now() });
      for (const tell of waiting) tell(message);
      waiting.clear();
    },
    recent: (ms) =>
      [...held.values()].filter(({ at }) => performance.now() - at <= ms).map(({ message }) => message),
    next: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(undefined);
        const over = () => resolve(undefined);
        signal.addEventListener('abort', over, { once: true });
        waiting.add((message) => {
          signal.removeEventListener('abort', over);
          resolve(message);
        });
      }),
  };
}

import { QueueServiceClient } from '@azure/storage-queue';
import { poisonQueueName } from './poison-queue-name.js';
import type { QueueContext } from './queue-context.js';
import { type QueueListener, startQueueListener } from './queue-listener.js';
import type { QueueTrigger } from './read-binding.js';

// Quick enough that a host that ends need not wait for a storage that is gone.
const retries = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/** Starts one listener for each queue trigger. A message that goes to a poison queue wakes that queue's listener. */
export function startQueueListeners(
  context: Omit<QueueContext, 'trigger' | 'queue' | 'poisonQueue' | 'onPoisoned'>,
  triggers: readonly QueueTrigger[],
  onBroken: (error: Error) => void,
): QueueListener[] {
  const listeners: QueueListener[] = [];
  const onPoisoned = (name: string): void => {
    for (const listener of listeners) if (listener.queueName === name) listener.wake();
  };
  for (const trigger of triggers) {
    const { connectionString, queueName, functionName } = trigger;
    const service = QueueServiceClient.fromConnectionString(connectionString, { retryOptions: retries });
    const poisonName = poisonQueueName(queueName);
    const queue = service.getQueueClient(queueName);
    const poisonQueue = poisonName === undefined ? undefined : service.getQueueClient(poisonName);
    listeners.push(
      startQueueListener({ ...context, trigger, queue, poisonQueue, onPoisoned }, (cause) =>
        onBroken(
          new Error(`Cannot listen to queue ${queueName} for ${functionName}: ${cause.message}`, { cause }),
        ),
      ),
    );
  }
  return listeners;
}

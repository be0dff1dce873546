import type { QueueClient } from '@azure/storage-queue';
import type { HostSettings } from '../../host-settings/read-host-settings.js';
import type { ExecutionContext } from '../execute-function.js';
import type { QueueTrigger } from './read-binding.js';

/** What the messages of one queue are processed with. */
export interface QueueContext extends ExecutionContext {
  readonly trigger: QueueTrigger;
  readonly queue: QueueClient;
  readonly poisonQueue: QueueClient | undefined;
  readonly settings: HostSettings['queues'];
  /** Called when a message was put into the poison queue: its listener need not wait. */
  readonly onPoisoned: (poisonQueueName: string) => void;
  /** True when the host has given up on what is in flight: such messages are left as they are. */
  readonly abandoned: () => boolean;
}

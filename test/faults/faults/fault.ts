import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import type { Instance } from '../instance/start-instance.js';
import type { Random } from '../seeded-random.js';
import type { CampaignStorage } from '../storage/start-storage.js';
import type { HeldMessages } from './held-messages.js';

/** What a fault is done to. */
export interface Victims {
  random: Random;
  instances: readonly Instance[];
  storage: CampaignStorage;
  /** Messages that somebody is working on now. */
  messages: HeldMessages;
  /** Aborted when the campaign comes to its end: what lasts is then undone at once. */
  calm: AbortSignal;
  /** Of all times, 1 unless the campaign is a short one. */
  scale: number;
}

/** What an instance must have for a fault, and what most do without. */
export type Equipment = 'small-disk' | 'own-clock' | 'counted-processes';

/** One kind of trouble that a campaign injects. */
export interface Fault {
  name: string;
  needs?: Equipment;
  /**
   * Injects it once. Settles when it is undone.
   *
   * @returns what was done, or nothing when there was nothing to do it to
   */
  inject(victims: Victims): Promise<string | undefined>;
  /** Two deliveries of one task may run at the same time because of it: where one fails and is first, the result of the other stands beside its record. */
  doubles?: true;
  /** Whether a task that failed so may have failed because of it. What no fault of the campaign excuses is a fault of the product. */
  excuses?(record: OutcomeRecord): boolean;
}

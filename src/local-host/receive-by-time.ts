import type { createRequire } from 'node:module';

/** As Azurite keeps it; times in milliseconds. */
interface KeptMessage {
  accountName: string;
  queueName: string;
  timeNextVisible: number;
  expirationTime: Date;
  /** In the order of their arrival. */
  $loki: number;
}
interface MessageCollection {
  data: KeptMessage[];
  update(message: KeptMessage): void;
}
type Receipt = [
  account: string,
  queue: string,
  timeNextVisible: Date,
  popReceipt: string,
  count: number | undefined,
  asOf: Date | undefined,
  context: unknown,
];
type Cleaning = [account: string, queue: string, context: unknown];
interface QueueStore {
  MESSAGES_COLLECTION: string;
  db: { getCollection(name: string): MessageCollection };
  getMessages(this: QueueStore, ...receipt: Receipt): Promise<unknown>;
  clearExpiredMessages(this: QueueStore, ...cleaning: Cleaning): Promise<void>;
}

/**
 * Has Azurite look once at each message to receive one. It sorts all of them, and makes the indices of all anew, twice for each message: one of a queue of 2,000 took it 15 ms of the processor longer than one
 * of 500.
 *
 * @param requireIn of Azurite's package
 */
export function receiveByTime(requireIn: ReturnType<typeof createRequire>): void {
  const { default: Store } = requireIn('./queue/persistence/LokiQueueMetadataStore.js') as {
    default: { prototype: QueueStore };
  };
  const { getMessages, clearExpiredMessages } = Store.prototype;
  if (typeof getMessages !== 'function' || typeof clearExpiredMessages !== 'function')
    throw new Error(
      'Cannot start Azurite: its store of queues lacks getMessages or clearExpiredMessages, which 3.35.0 has. Install the version of Azurite that package.json names.',
    );
  Store.prototype.clearExpiredMessages = async function (...cleaning) {
    const now = Date.now();
    const { data } = this.db.getCollection(this.MESSAGES_COLLECTION);
    if (data.some(({ expirationTime }) => Number(expirationTime) <= now))
      await clearExpiredMessages.apply(this, cleaning);
  };
  Store.prototype.getMessages = async function (...receipt) {
    const [account, queue, , , count = 1, asOf = new Date(), context] = receipt;
    await this.clearExpiredMessages(account, queue, context);
    const messages = this.db.getCollection(this.MESSAGES_COLLECTION);
    const isMeant = ({ accountName, queueName, timeNextVisible }: KeptMessage) =>
      queueName === queue && accountName === account && timeNextVisible <= asOf.getTime();
    const found = firstOnes(messages.data, isMeant, Math.max(1, count));
    const db = {
      getCollection: (name: string) =>
        name === this.MESSAGES_COLLECTION ? holding(found, messages) : this.db.getCollection(name),
    };
    const clean = async () => undefined;
    const view = Object.create(this, { db: { value: db }, clearExpiredMessages: { value: clean } });
    return getMessages.apply(view, receipt);
  };
}

/** What Azurite asks where these are all messages that it is to find. */
function holding(found: KeptMessage[], messages: MessageCollection) {
  const chain = { find: () => chain, compoundsort: () => chain, limit: () => chain, data: () => found };
  // For several at once the database makes all its indices anew.
  const update = (changed: KeptMessage[]) => {
    for (const message of changed) messages.update(message);
  };
  return { chain: () => chain, update };
}

/** Those that have been visible for the longest time. */
function firstOnes(
  messages: readonly KeptMessage[],
  isMeant: (message: KeptMessage) => boolean,
  most: number,
): KeptMessage[] {
  const first: KeptMessage[] = [];
  for (const message of messages) {
    if (!isMeant(message)) continue;
    let at = first.length;
    for (let before = first[at - 1]; before && isBefore(message, before); before = first[at - 1]) at -= 1;
    if (at >= most) continue;
    first.splice(at, 0, message);
    if (first.length > most) first.pop();
  }
  return first;
}

function isBefore(one: KeptMessage, other: KeptMessage): boolean {
  return (
    one.timeNextVisible < other.timeNextVisible ||
    (one.timeNextVisible === other.timeNextVisible && one.$loki < other.$loki)
  );
}

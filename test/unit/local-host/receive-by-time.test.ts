import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { receiveByTime } from '../../../src/local-host/receive-by-time.js';

const requireInAzurite = createRequire(createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js'));

interface Message {
  messageId: string;
  dequeueCount: number;
}
interface Store {
  getMessages(...receipt: unknown[]): Promise<Message[]>;
  clearExpiredMessages(...cleaning: unknown[]): Promise<void>;
}
interface Collection {
  insert(document: object): void;
  data: (Message & { timeNextVisible: number; popReceipt: string })[];
}
const { default: Store } = requireInAzurite('./queue/persistence/LokiQueueMetadataStore.js') as {
  default: { prototype: Store };
};
const Loki = requireInAzurite('lokijs') as new (
  name: string,
) => { addCollection(name: string, options: object): Collection };

const { getMessages, clearExpiredMessages } = Store.prototype;
const usual = { getMessages, clearExpiredMessages };
receiveByTime(requireInAzurite);
const byTime = {
  getMessages: Store.prototype.getMessages,
  clearExpiredMessages: Store.prototype.clearExpiredMessages,
};

const hour = 3_600_000;

/** Azurite's store, as it receives with or without ours, and how often it has asked a message for its time. */
function storeWith(receiving: typeof usual, count: number) {
  const database = new Loki('queues');
  const kept: Record<string, Collection> = {
    queues: database.addCollection('queues', { indices: ['accountName', 'name'] }),
    messages: database.addCollection('messages', { indices: ['accountName', 'queueName', 'messageId'] }),
  };
  for (const name of ['q', 'other']) kept.queues?.insert({ accountName: 'a', name });
  const now = Date.now();
  let looks = 0;
  for (let number = 0; number < count; number++) {
    let visible = now - ((number * 7919) % 50) * 1000 + (number % 10 === 9 ? hour : 0);
    kept.messages?.insert({
      accountName: 'a',
      queueName: number % 5 === 4 ? 'other' : 'q',
      messageId: `m${number}`,
      insertionTime: new Date(now - hour),
      expirationTime: new Date(now + (number % 17 === 16 ? -1 : hour)),
      dequeueCount: 0,
      popReceipt: '',
      persistency: { id: '', offset: 0, count: 0 },
      get timeNextVisible() {
        looks += 1;
        return visible;
      },
      set timeNextVisible(time: number | Date) {
        visible = Number(time);
      },
    });
  }
  const store = Object.create(Store.prototype, {
    db: { value: { getCollection: (name: string) => kept[name] } },
    QUEUES_COLLECTION: { value: 'queues' },
    MESSAGES_COLLECTION: { value: 'messages' },
    getMessages: { value: receiving.getMessages },
    clearExpiredMessages: { value: receiving.clearExpiredMessages },
  }) as Store;
  return {
    messages: kept.messages?.data ?? [],
    receive: (messages?: number, queue = 'q') =>
      store.getMessages('a', queue, new Date(now + hour), 'receipt', messages, new Date(now), {}),
    looks() {
      const before = looks;
      looks = 0;
      return before;
    },
  };
}

describe('Azurite receives messages', () => {
  it('in the order in which it does without a look of its own, and never an expired one', async () => {
    const [one, other] = [storeWith(usual, 400), storeWith(byTime, 400)];
    for (const count of [1, undefined, 3, 32, 1, 32, 32, 32, 32, 32, 32, 32, 32, 32]) {
      const expected = await one.receive(count);
      const found = await other.receive(count);
      assert.deepEqual(
        found.map(({ messageId, dequeueCount }) => [messageId, dequeueCount]),
        expected.map(({ messageId, dequeueCount }) => [messageId, dequeueCount]),
      );
    }
    assert.deepEqual(await other.receive(1), [], 'all are received');
    const told = ({ messages }: typeof one) =>
      messages.map(({ messageId, popReceipt, dequeueCount }) => [messageId, popReceipt, dequeueCount]);
    assert.deepEqual(told(other), told(one));
    assert.equal((await other.receive(1, 'other')).length, 1);
    await assert.rejects(other.receive(1, 'none'), /queue does not exist/i);
  });

  it('with few looks at each of many', async () => {
    const { receive, looks } = storeWith(byTime, 2_000);
    await receive();
    looks();
    for (let received = 0; received < 10; received++) assert.equal((await receive()).length, 1);
    assert.ok(looks() <= 10 * 6 * 2_000);
  });
});

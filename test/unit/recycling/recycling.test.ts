import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createRecycler, type RecyclerOptions } from '../../../src/recycling/create-recycler.js';
import { holdRefused } from '../../../src/recycling/hold-refused.js';
import type { OwnMessages } from '../../../src/recycling/own-messages.js';

const timing = { answerMs: 20, othersMs: 200, clockMs: 20 };

const first = (messageId: string) => ({ messageId, popReceipt: 'receipt', dequeueCount: 1 });

function setUp(options: Partial<RecyclerOptions> & { waiting?: boolean; deletable?: boolean }) {
  const deleted: string[] = [];
  const exited = defer<string>();
  const messages: OwnMessages = {
    waiting: async () => options.waiting ?? false,
    delete: async ({ messageId }) => {
      deleted.push(messageId);
      return options.deletable ?? true;
    },
    release: async () => 'released',
  };
  const recycler = createRecycler(
    {
      afterTasks: 0,
      afterMinutes: 0,
      holdRefused: '',
      messages,
      log: () => {},
      settle: async () => {},
      exit: exited.resolve,
      ...options,
    },
    timing,
  );
  return { recycler, deleted, exited: exited.promise };
}

function defer<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Fails unless a promise is still pending when everything that could settle it has had its time. */
async function staysPending(promise: Promise<unknown>): Promise<void> {
  const settled = promise.then(
    () => 'settled',
    () => 'settled',
  );
  assert.equal(await Promise.race([settled, delay(10 * timing.answerMs, 'pending')]), 'pending');
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = delay(ms).then(() => {
    throw new Error(`nothing happened within ${ms} ms`);
  });
  return Promise.race([promise, late]);
}

describe('a worker whose tasks are used up', () => {
  it('leaves from a timer, after its answer, when the queue is quiet', async () => {
    const { recycler, deleted, exited } = setUp({ afterTasks: 1, waiting: false });
    assert.equal(await recycler.task(first('a'), async () => 'answer'), 'answer');
    assert.match(await within(5_000, exited), /1 tasks run/);
    assert.deepEqual(deleted, []);
  });

  it('deletes its message, withholds its answer and leaves when another message waits', async () => {
    const { recycler, deleted, exited } = setUp({ afterTasks: 1, waiting: true });
    const answer = recycler.task(first('a'), async () => 'answer');
    await within(5_000, exited);
    assert.deepEqual(deleted, ['a']);
    await staysPending(answer);
  });

  it('leaves only when every queue invocation in flight is held', async () => {
    const { recycler, deleted, exited } = setUp({ afterTasks: 1, waiting: true });
    const slow = defer<void>();
    void recycler.task(first('slow'), () => slow.promise);
    void recycler.task(first('fast'), async () => {});
    await staysPending(exited);
    slow.resolve();
    await within(5_000, exited);
    assert.deepEqual(deleted, ['fast', 'slow']);
  });

  it('answers a message that was delivered before, because the host would poison it if it were held', async () => {
    const { recycler, deleted } = setUp({ afterTasks: 1, waiting: true });
    await recycler.task({ ...first('a'), dequeueCount: 5 }, async () => {});
    assert.deepEqual(deleted, []);
    recycler.close();
  });

  it('waits for the poison invocation, which would come back only after ten minutes', async () => {
    const { recycler, exited } = setUp({ afterTasks: 1, waiting: true });
    const poison = defer<void>();
    void recycler.poison(() => poison.promise);
    void recycler.task(first('a'), async () => {});
    await staysPending(exited);
    poison.resolve();
    await within(5_000, exited);
  });

  it('settles first, and stays when work comes meanwhile', async () => {
    const settling = defer<void>();
    let settles = 0;
    const { recycler, exited } = setUp({
      afterTasks: 1,
      settle: ({ kind }) => {
        assert.equal(kind, 'tasks');
        settles += 1;
        return settles === 1 ? settling.promise : Promise.resolve();
      },
    });
    await recycler.task(first('a'), async () => {});
    await staysPending(exited);
    assert.equal(settles, 1);
    const work = defer<void>();
    const late = recycler.task(first('b'), () => work.promise);
    settling.resolve();
    await staysPending(exited);
    work.resolve();
    await late;
    await within(5_000, exited);
    assert.equal(settles, 2);
  });

  it('waits for settling, when messages are held, no longer than for HTTP', async () => {
    const { recycler, exited } = setUp({ afterTasks: 1, waiting: true, settle: () => new Promise(() => {}) });
    void recycler.task(first('a'), async () => {});
    await within(5_000, exited);
  });

  it('waits for HTTP only for a while', async () => {
    const { recycler, exited } = setUp({ afterTasks: 1, waiting: true });
    void recycler.http(() => new Promise(() => {}));
    void recycler.task(first('a'), async () => {});
    await within(5_000, exited);
  });

  it('leaves without the delete when the receipt is out of date', async () => {
    const { recycler, exited } = setUp({ afterTasks: 1, waiting: true, deletable: false });
    void recycler.task(first('a'), async () => {});
    await within(5_000, exited);
  });

  it('takes a queue that cannot be looked into for full', async () => {
    const messages: OwnMessages = {
      waiting: async () => {
        throw new Error('storage is away');
      },
      delete: async () => true,
      release: async () => 'released',
    };
    const { recycler, exited } = setUp({ afterTasks: 1, messages });
    void recycler.task(first('a'), async () => {});
    await within(5_000, exited);
  });

  it('answers a task that failed for want of infrastructure, and keeps its message', async () => {
    const { recycler, deleted, exited } = setUp({ afterTasks: 1, waiting: true });
    const failing = defer<void>();
    const failed = recycler.task(first('failing'), async () => {
      await failing.promise;
      throw new Error('storage is away');
    });
    void recycler.task(first('held'), async () => {});
    failing.resolve();
    await assert.rejects(failed, /storage is away/);
    await within(5_000, exited);
    assert.deepEqual(deleted, ['held']);
  });

  it('stays, and says that it is overdue, on a host that cannot replace it under a full queue', async () => {
    const { recycler, deleted, exited } = setUp({
      afterTasks: 1,
      waiting: true,
      holdRefused: 'the host is old',
    });
    const slow = defer<void>();
    void recycler.task(first('slow'), () => slow.promise);
    await recycler.task(first('a'), async () => 'answer');
    assert.deepEqual(deleted, []);
    assert.equal(recycler.status().overdue, 'the host is old');
    await staysPending(exited);
    slow.resolve();
    await within(5_000, exited);
  });
});

describe('a worker that has grown old', () => {
  it('leaves although nothing happens any more', async () => {
    const { exited } = setUp({ afterMinutes: 1 / 60_000 });
    assert.match(await within(5_000, exited), /minutes old/);
  });
});

describe('a worker in which something odd happened', () => {
  it('leaves as soon as it is quiet, whatever its tasks', async () => {
    const { recycler, exited } = setUp({});
    await recycler.task(first('a'), async () => recycler.markUnclean('a process could not be killed'));
    assert.equal(await within(5_000, exited), 'a process could not be killed');
  });
});

describe('whether a worker may hold and exit', () => {
  const queues = { newBatchThreshold: 0, maxDequeueCount: 5 };

  it('depends on the host: from 4.1048 on, and an unknown one counts as old', () => {
    assert.equal(holdRefused('4.1048.0.0', queues), '');
    assert.equal(holdRefused('5.0.0.0', queues), '');
    assert.match(holdRefused('4.1037.0.0', queues), /4\.1037/);
    assert.match(holdRefused('unknown', queues), /unknown/);
  });

  it('depends on newBatchThreshold, above which the host fetches while it fails the held ones', () => {
    assert.match(holdRefused('4.1048.0.0', { ...queues, newBatchThreshold: 8 }), /newBatchThreshold/);
  });

  it('depends on maxDequeueCount: the last delivery must be answered, or the host poisons it', () => {
    assert.match(holdRefused('4.1048.0.0', { ...queues, maxDequeueCount: 1 }), /maxDequeueCount/);
  });
});

import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createBackoff } from '../../../src/local-host/queue/backoff.js';
import { createRecycler, type RecyclerOptions } from '../../../src/recycling/create-recycler.js';
import { holdRefused } from '../../../src/recycling/hold-refused.js';
import type { OwnMessages } from '../../../src/recycling/own-messages.js';
import { quietWaitMs } from '../../../src/recycling/quiet-wait.js';
import { stopAnnounced } from '../../../src/recycling/stop-announced.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const temporaryFolder = temporaryFolders();

const timing = { underWayMs: 20, othersMs: 2_000, clockMs: 20 };
const quiet = { waitMs: 50, againMs: 50 };

const first = (messageId: string) => ({ messageId, popReceipt: 'receipt', dequeueCount: 1 });

function setUp(
  options: Partial<RecyclerOptions> & { waiting?: boolean | (() => boolean); deletable?: boolean },
) {
  const deleted: string[] = [];
  const exited = defer<string>();
  const messages: OwnMessages = {
    waiting: async () =>
      typeof options.waiting === 'function' ? options.waiting() : (options.waiting ?? false),
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
      quiet,
      stopping: () => false,
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
  assert.equal(await Promise.race([settled, delay(10 * timing.underWayMs, 'pending')]), 'pending');
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

  it('holds each of the tasks that run together as it is due, also the first that ends', async () => {
    const { recycler, deleted, exited } = setUp({ afterTasks: 2, waiting: true });
    const slow = defer<void>();
    void recycler.task(first('slow'), () => slow.promise);
    await staysPending(recycler.task(first('fast'), async () => {}));
    slow.resolve();
    await within(5_000, exited);
    assert.deepEqual(deleted, ['fast', 'slow']);
  });

  it('leaves though the last of these tasks fails', async () => {
    const { recycler, deleted, exited } = setUp({ afterTasks: 2, waiting: true });
    const fails = defer<void>();
    const failing = recycler.task(first('failing'), async () => {
      await fails.promise;
      throw new Error('storage is gone');
    });
    void recycler.task(first('held'), async () => {});
    fails.resolve();
    await assert.rejects(failing, /storage is gone/);
    await within(5_000, exited);
    assert.deepEqual(deleted, ['held']);
  });

  it('does not leave before what was fetched with the last message has come', async () => {
    const { recycler, exited } = setUp({ afterTasks: 1, waiting: true });
    const came = performance.now();
    void recycler.task(first('a'), async () => {});
    await within(5_000, exited);
    assert.ok(performance.now() - came >= timing.underWayMs);
  });

  it('expects no more tasks from the one on that uses them up, while that still runs', async () => {
    const { recycler, exited } = setUp({ afterTasks: 2, waiting: true });
    const expected: boolean[] = [];
    const task = async () => void expected.push(recycler.moreTasks());
    await recycler.task(first('a'), task);
    void recycler.task(first('b'), task);
    await within(5_000, exited);
    assert.deepEqual(expected, [true, false]);
  });

  it('expects more tasks where it may not leave under a full queue', async () => {
    const { recycler } = setUp({ afterTasks: 1, holdRefused: 'the host is old', waiting: true });
    await recycler.task(first('a'), async () => assert.equal(recycler.moreTasks(), true));
    assert.equal(recycler.moreTasks(), true);
    recycler.close();
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
    const { recycler, exited, deleted } = setUp({
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
    void recycler.task(first('b'), () => work.promise);
    settling.resolve();
    await staysPending(exited);
    work.resolve();
    await within(5_000, exited);
    assert.deepEqual(deleted, ['b']);
    assert.equal(settles, 2);
  });

  it('stays while the host looks at its queue often, in case it finds something', async () => {
    const { recycler, exited } = setUp({ afterTasks: 1, quiet: { waitMs: 60_000, againMs: 60_000 } });
    await recycler.task(first('a'), async () => {});
    await recycler.http(async () => {});
    await staysPending(exited);
    recycler.close();
  });

  it('stays when a message waits at the last moment, and leaves when somebody else has taken it', async () => {
    const looks = [false, true, true, false];
    const { recycler, exited } = setUp({ afterTasks: 1, waiting: () => looks.shift() ?? false });
    await recycler.task(first('a'), async () => {});
    await within(5_000, exited);
    assert.deepEqual(looks, []);
  });

  it('stays when a message arrives while it looks for the last time', async () => {
    const work = defer<void>();
    const looked = defer<void>();
    let looks = 0;
    const { recycler, exited, deleted } = setUp({
      afterTasks: 1,
      waiting: () => {
        looks += 1;
        if (looks === 2) {
          void recycler.task(first('b'), () => work.promise);
          looked.resolve();
        }
        return false;
      },
    });
    await recycler.task(first('a'), async () => {});
    await within(5_000, looked.promise);
    await staysPending(exited);
    work.resolve();
    await within(5_000, exited);
    assert.deepEqual(deleted, ['b']);
  });

  it('holds what comes while it waits for a quiet moment, so that a steady trickle cannot put it off for ever', async () => {
    const { recycler, deleted, exited } = setUp({
      afterTasks: 1,
      quiet: { waitMs: 60_000, againMs: 60_000 },
    });
    await recycler.task(first('a'), async () => {});
    void recycler.task(first('b'), async () => {});
    await within(5_000, exited);
    assert.deepEqual(deleted, ['b']);
  });

  it('answers the others of its last batch, when the queue is empty', async () => {
    const { recycler, deleted, exited } = setUp({ afterTasks: 1 });
    const slow = defer<void>();
    const slowly = recycler.task(first('slow'), () => slow.promise);
    await recycler.task(first('fast'), async () => {});
    slow.resolve();
    await slowly;
    await within(5_000, exited);
    assert.deepEqual(deleted, []);
  });

  it('is not put off by HTTP requests, which do not make the host look at its queue', async () => {
    const { recycler, exited } = setUp({ afterTasks: 1 });
    await recycler.task(first('a'), async () => {});
    let left = false;
    void exited.then(() => {
      left = true;
    });
    const deadline = performance.now() + 10_000;
    while (!left && performance.now() < deadline) {
      await recycler.http(() => delay(1));
      await delay(5);
    }
    await within(1, exited);
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
    const waiting = () => {
      throw new Error('storage is away');
    };
    const { recycler, exited } = setUp({ afterTasks: 1, waiting });
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
    let full = true;
    const { recycler, deleted, exited } = setUp({
      afterTasks: 1,
      waiting: () => full,
      holdRefused: 'the host is old',
    });
    await recycler.task(first('a'), async () => 'answer');
    await recycler.task(first('b'), async () => 'answer');
    assert.deepEqual(deleted, []);
    assert.equal(recycler.status().overdue, 'the host is old');
    await staysPending(exited);
    full = false;
    await within(5_000, exited);
  });
});

describe('the wait for a quiet moment', () => {
  const looks = (maxMs: number, random: () => number, untilMs: number): number[] => {
    const pause = createBackoff(100, maxMs, random);
    const at = [0];
    for (let found = true; (at.at(-1) ?? 0) < untilMs; found = false)
      at.push((at.at(-1) ?? 0) + pause(found));
    return at;
  };

  for (const [hostVersion, backedOff] of [
    ['4.1050.0', 1],
    ['4.1037.0', 5],
  ] as const) {
    it(`ends in a pause of the polling of host ${hostVersion}, whatever its pauses were by chance`, () => {
      for (const maxMs of [100, 200, 350, 500, 1_000, 1_700, 2_000, 5_000, 10_000, 45_000, 60_000]) {
        const waitMs = quietWaitMs(maxMs, hostVersion);
        assert.ok(waitMs > maxMs * backedOff, 'longer than the host may have waited between two looks');
        for (const random of [() => 0, () => 1, Math.random, Math.random, Math.random]) {
          const all = looks(maxMs, random, waitMs + 2 * maxMs);
          const nearest = Math.min(...all.map((at) => Math.abs(at - waitMs)));
          assert.ok(
            nearest > 0.15 * maxMs,
            `with ${maxMs} ms the host looks ${nearest} ms from ${waitMs} ms`,
          );
        }
      }
    });
  }
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

describe('a worker whose host is about to be stopped', () => {
  it('withholds every answer, so that the host fetches nothing more, and stays, unless it does not stop after all', async () => {
    let stopping = false;
    const { recycler, deleted, exited } = setUp({
      afterTasks: 2,
      holdRefused: 'the host is old',
      stopping: () => stopping,
    });
    await recycler.task(first('before'), async () => {});
    stopping = true;
    const held = recycler.task(first('held'), async () => {});
    await staysPending(held);
    await staysPending(exited);
    assert.deepEqual(deleted, ['held']);
    stopping = false;
    assert.match(await within(5_000, exited), /did not come/);
  });

  it('believes the announcement for a minute: a host that stops is gone by then', async () => {
    const file = join(await temporaryFolder(), 'stopping');
    assert.equal(stopAnnounced(file), false);
    await writeFile(file, '');
    assert.equal(stopAnnounced(file), true);
    const before = new Date(Date.now() - 61_000);
    await utimes(file, before, before);
    assert.equal(stopAnnounced(file), false);
  });

  it('answers a message that was delivered before, which the host could poison', async () => {
    const { recycler, deleted } = setUp({ stopping: () => true });
    await recycler.task({ ...first('a'), dequeueCount: 2 }, async () => {});
    assert.deepEqual(deleted, []);
    recycler.close();
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

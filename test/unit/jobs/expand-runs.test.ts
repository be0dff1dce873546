import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Expansion } from '../../../src/contracts/job/expansion.js';
import { expandRuns } from '../../../src/jobs/expansion/expand-runs.js';
import type { ExpansionStore, OpenExpansion } from '../../../src/jobs/expansion/expansion-store.js';
import { Overtaken } from '../../../src/jobs/expansion/overtaken.js';

const graceMs = 20_000;

/** Storage in memory, which can fail before or after any call, and a clock. */
function createWorld(runs: Record<string, { tasks: number; priority?: number; cancelled?: true }>) {
  const states = new Map(
    Object.entries(runs).map(([run, { tasks, priority = 0 }]): [string, { text: string; etag: number }] => {
      const state: Expansion = {
        ...{ job_id: 'job', run, lines: { path: 'lines', members: [] }, end: tasks, sent: 0, again: [] },
        ...{ priority, served_at: '', traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`, terms: {} },
      };
      return [run, { text: JSON.stringify(state), etag: 0 }];
    }),
  );
  const world = {
    now: 0,
    /** Messages by run and line, in the order of their sending. */
    sent: [] as string[],
    waiting: 0,
    unsure: new Set<string>(),
    leftOut: new Map<string, { from: number; tasks: number }>(),
    cancelled: new Set(Object.keys(runs).filter((run) => runs[run]?.cancelled)),
    calls: 0,
    /** Number of the call that is the last. */
    dies: Number.POSITIVE_INFINITY,
    states,
    run: (window: number, chunk = 10) =>
      expandRuns(
        store,
        { window, chunk, graceMs },
        () => new Date(world.now),
        () => true,
      ),
  };
  const step = () => {
    world.calls += 1;
    if (world.calls >= world.dies) throw new Error('died');
  };
  const current = ({ state, etag }: OpenExpansion) => {
    step();
    const known = states.get(state.run);
    if (known === undefined || String(known.etag) !== etag) throw new Overtaken(state.run, undefined);
    return known;
  };
  const store: ExpansionStore = {
    async list() {
      step();
      return [...states].map(([run, { text }]) => {
        const { priority, served_at: servedAt } = JSON.parse(text) as Expansion;
        return { jobId: 'job', run, priority, servedAt };
      });
    },
    async open({ run }) {
      step();
      const known = states.get(run);
      return known && { state: JSON.parse(known.text), etag: String(known.etag) };
    },
    async save(opened) {
      const known = current(opened);
      known.text = JSON.stringify(opened.state);
      known.etag += 1;
      opened.etag = String(known.etag);
    },
    async finish(opened) {
      current(opened);
      states.delete(opened.state.run);
    },
    async markUnsure({ run }, from, to) {
      step();
      for (let line = from; line < to; line += 1) world.unsure.add(`${run}:${line}`);
    },
    async leaveOut({ run, end }, from) {
      step();
      if (!world.leftOut.has(run)) world.leftOut.set(run, { from, tasks: end - from });
    },
    cancelled: ({ run }) => (world.cancelled.has(run) ? 'Nobody wants it.' : undefined),
    async waiting() {
      step();
      return world.waiting;
    },
    async send({ run }, from, to) {
      for (let line = from; line < to; line += 1) {
        step();
        world.sent.push(`${run}:${line}`);
        world.waiting += 1;
      }
    },
  };
  return world;
}

const ofRun = (sent: string[], run: string) => sent.filter((message) => message.startsWith(`${run}:`)).length;

describe('expanding runs', () => {
  it('sends each line once, as the queue has room, and removes what is done', async () => {
    const world = createWorld({ a: { tasks: 95 } });
    const first = await world.run(50);
    assert.deepEqual([first.sent, first.room.after, first.left.length], [50, 0, 1]);
    assert.equal((await world.run(50)).sent, 0);
    world.waiting = 20;
    assert.equal((await world.run(50)).sent, 30);
    world.waiting = 0;
    const last = await world.run(50);
    assert.deepEqual([last.sent, last.left], [15, []]);
    assert.deepEqual(
      world.sent,
      Array.from({ length: 95 }, (_, line) => `a:${line}`),
    );
    assert.equal(world.states.size, 0);
  });

  it('gives runs of one priority their turn one after the other, however little room there is', async () => {
    const world = createWorld({ a: { tasks: 500 }, b: { tasks: 500 }, c: { tasks: 500 } });
    for (let round = 0; round < 30; round += 1) {
      world.now += 1000;
      world.waiting = 0;
      await world.run(1 + (round % 3));
    }
    const counts = ['a', 'b', 'c'].map((run) => ofRun(world.sent, run));
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 2, `sent ${counts}`);
    world.waiting = 0;
    await world.run(300);
    const more = ['a', 'b', 'c'].map((run) => ofRun(world.sent, run));
    assert.ok(Math.max(...more) - Math.min(...more) <= 12, `sent ${more}`);
  });

  it('begins with the highest priority, and takes the next when that has no more', async () => {
    const world = createWorld({ low: { tasks: 50 }, high: { tasks: 30, priority: 5 } });
    await world.run(40);
    assert.deepEqual([ofRun(world.sent, 'high'), ofRun(world.sent, 'low')], [30, 10]);
  });

  it('leaves the rest of a cancelled run out, though the queue has no room', async () => {
    const world = createWorld({ a: { tasks: 30 }, b: { tasks: 30 } });
    await world.run(20);
    world.cancelled.add('a');
    const { left } = await world.run(20);
    assert.deepEqual(world.leftOut.get('a'), { from: 10, tasks: 20 });
    assert.deepEqual(
      left.map(({ run }) => run),
      ['b'],
    );
    assert.equal(ofRun(world.sent, 'a'), 10);
  });

  it('dies at any point, and every line is sent; those that may have been sent before are marked first', async () => {
    const [tasks, chunk] = [25, 10];
    for (let dies = 1; ; dies += 1) {
      const world = createWorld({ a: { tasks, cancelled: true }, b: { tasks } });
      world.cancelled.clear();
      world.dies = dies;
      const died = await world.run(1000, chunk).then(
        () => false,
        () => true,
      );
      const before = new Set(world.sent);
      world.dies = Number.POSITIVE_INFINITY;
      await world.run(1000, chunk);
      for (const message of world.sent.slice(before.size))
        assert.ok(!before.has(message), 'not before its time');
      world.now += graceMs;
      await world.run(1000, chunk);
      assert.equal(world.states.size, 0, `after a death at call ${dies}`);
      const times = new Map<string, number>();
      for (const message of world.sent) times.set(message, (times.get(message) ?? 0) + 1);
      assert.equal(times.size, 2 * tasks);
      for (const [message, count] of times)
        assert.ok(count === 1 || (count === 2 && world.unsure.has(message)), `${message}: ${count}`);
      assert.ok(world.unsure.size <= 2 * chunk, 'at most a chunk of each run');
      if (!died) break;
    }
  });

  it('that is cancelled after a death leaves out what was not sent, and settles what may have been', async () => {
    for (let dies = 1; ; dies += 1) {
      const world = createWorld({ a: { tasks: 40 } });
      world.dies = dies;
      const died = await world.run(20).then(
        () => false,
        () => true,
      );
      world.dies = Number.POSITIVE_INFINITY;
      world.cancelled.add('a');
      world.waiting = 0;
      await world.run(20);
      world.now += graceMs;
      await world.run(20);
      assert.equal(world.states.size, 0);
      const { from = 40, tasks = 0 } = world.leftOut.get('a') ?? {};
      assert.equal(from + tasks, 40);
      assert.deepEqual([...new Set(world.sent)].length, from, 'each line was sent or left out');
      if (!died) break;
    }
  });

  it('stops with a run that another expander has changed, and goes on with the others', async () => {
    const world = createWorld({ a: { tasks: 30 }, b: { tasks: 30 } });
    const state = world.states.get('a');
    assert.ok(state);
    const { etag } = state;
    Object.defineProperty(state, 'etag', { get: () => etag + Math.random(), set: () => undefined });
    await world.run(1000);
    assert.deepEqual([ofRun(world.sent, 'a'), ofRun(world.sent, 'b')], [0, 30]);
  });
});

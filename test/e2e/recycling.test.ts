import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { blobNames, eventually, fixture, type RunningApp, taskMessage, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());

async function sendTasks(
  app: RunningApp,
  count: number,
  fields: Record<string, unknown> = {},
): Promise<void> {
  const bundle = await app.push(fixture('tells_parameters'));
  const seeds = Array.from({ length: count }, (_, seed) => seed);
  await Promise.all(
    seeds.map((seed) =>
      app.queue.sendMessage(
        JSON.stringify(taskMessage(bundle, { seed, job_id: 'job', run: 'run', ...fields })),
      ),
    ),
  );
}

const allDone = (app: RunningApp, count: number) =>
  eventually(
    `${count} tasks have outcomes`,
    async () => {
      const records = await app.outcomes('job');
      return records.length === count && records;
    },
    120_000,
  );

const timesRecycled = (app: RunningApp) =>
  app.lines.filter((line) => line.includes('Recycling this worker')).length;

/** Every run puts one log and one attempt's artifacts: more of them than tasks would mean that something ran twice. */
async function assertRunOnce(app: RunningApp, count: number): Promise<void> {
  assert.equal((await blobNames(app.jobs, 'jobs/job/runs/run/logs/')).length, count);
  const attempts = (await blobNames(app.results, 'sims/')).filter((name) => name.includes('/attempts/'));
  assert.equal(attempts.length, count);
}

describe('a worker that is replaced while the queue is full', () => {
  for (const [batchSize, afterTasks, tasks] of [
    [1, 1, 6],
    [1, 5, 20],
    [8, 10, 40],
  ] as const) {
    it(`after ${afterTasks} tasks, with batchSize ${batchSize}: nothing is lost, run twice or poisoned`, async () => {
      const settings = {
        MODELOPS_RECYCLE_AFTER_TASKS: String(afterTasks),
        AzureFunctionsJobHost__extensions__queues__batchSize: String(batchSize),
      };
      await withApp(azurite, settings, async (app) => {
        await sendTasks(app, tasks);
        const records = await allDone(app, tasks);
        assert.deepEqual(new Set(records.map((record) => record.outcome)), new Set(['succeeded']));
        assert.ok(records.every((record) => !record.cached && record.metrics.deliveries === 1));
        await assertRunOnce(app, tasks);
        assert.equal((await app.poison.getProperties()).approximateMessagesCount, 0);
        await eventually('the queue is empty', async () => {
          const { approximateMessagesCount } = await app.queue.getProperties();
          return approximateMessagesCount === 0;
        });
        assert.ok(timesRecycled(app) >= Math.floor(tasks / (afterTasks + batchSize)), app.lines.join('\n'));
      });
    });
  }

  it('answers messages whose first delivery is their last, so that none is poisoned', async () => {
    const settings = {
      MODELOPS_RECYCLE_AFTER_TASKS: '1',
      AzureFunctionsJobHost__extensions__queues__maxDequeueCount: '1',
    };
    await withApp(azurite, settings, async (app) => {
      await sendTasks(app, 5);
      await allDone(app, 5);
      await eventually('the worker was replaced', async () => timesRecycled(app) > 0);
      assert.deepEqual(
        (await app.refused()).map((refused) => refused.why),
        [],
      );
    });
  });
});

describe('a worker that is replaced while messages trickle in, each shortly after the outcome of the one before', () => {
  const tasks = 24;
  const mostMs = 350;

  it('meets none of them: each is delivered once', async () => {
    // With none started ahead: a worker that leaves could not remove its folder while it starts, nor could the next one, which is stopped at once.
    const settings = { MODELOPS_RECYCLE_AFTER_TASKS: '1', MODELOPS_STANDBY_RUNNERS: '0' };
    await withApp(azurite, settings, async (app) => {
      const bundle = await app.push(fixture('tells_parameters'));
      const done = () => app.lines.filter((line) => line.endsWith(': succeeded')).length;
      for (let seed = 0; seed < tasks; seed += 1) {
        const message = taskMessage(bundle, { seed, job_id: 'job', run: 'run' });
        await app.queue.sendMessage(JSON.stringify(message));
        await eventually(`task ${seed} is done`, async () => done() > seed);
        await delay((seed * 97) % mostMs);
      }
      const deliveries = app.events.flatMap((event) =>
        event.type === 'invocation-started' && event.functionName === 'runSimulation'
          ? [event.dequeueCount]
          : [],
      );
      assert.deepEqual(deliveries, Array(tasks).fill(1));
      await assertRunOnce(app, tasks);
      assert.ok(timesRecycled(app) >= tasks / 2 - 1, app.lines.join('\n'));
    });
  });
});

describe('a worker that is replaced while the queue is quiet', () => {
  it('leaves without a failed execution, and the next one takes over', async () => {
    await withApp(azurite, { MODELOPS_RECYCLE_AFTER_TASKS: '1' }, async (app) => {
      await sendTasks(app, 1);
      await allDone(app, 1);
      await eventually('the worker was replaced', async () => timesRecycled(app) === 1);
      assert.ok(!app.lines.some((line) => line.includes('shutting down')), app.lines.join('\n'));
      const bundle = await app.push(fixture('tells_parameters'));
      await app.queue.sendMessage(JSON.stringify(taskMessage(bundle, { seed: 77 })));
      await eventually(
        'the next worker runs a task',
        async () => (await app.outcomes('direct')).length === 1,
      );
    });
  });
});

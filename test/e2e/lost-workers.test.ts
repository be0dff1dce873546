import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { blobNames, eventually, fixture, type RunningApp, taskMessage, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());

/** Pids of the processes that were started with this word. */
async function processesWith(word: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return pids.filter((_, index) => commands[index]?.includes(word)).map(Number);
}

interface Waiting {
  app: RunningApp;
  /** The pids of the daemon that the simulation started. */
  daemons(): Promise<number[]>;
  /** Puts the same task into the queue once more. */
  sendAgain(): Promise<unknown>;
  /** Lets the simulation, and every later one like it, finish. */
  letFinish(): Promise<void>;
  finished(): ReturnType<RunningApp['outcomes']>;
}

/** An app in which one task runs, which has started a daemon and waits. */
async function withWaitingTask(
  settings: NodeJS.ProcessEnv,
  use: (waiting: Waiting) => Promise<void>,
): Promise<void> {
  await withApp(azurite, settings, async (app) => {
    const word = `daemon-of-${app.queue.name}`;
    const until = join(app.env.HOME ?? '', 'until');
    const bundle = await app.push(fixture('leaves_daemon_and_waits'));
    const message = JSON.stringify(taskMessage(bundle, { params: { values: { word, until } } }));
    const sendAgain = () => app.queue.sendMessage(message);
    await sendAgain();
    const daemons = () => processesWith(word);
    await eventually('the simulation has started its daemon', async () => (await daemons()).length > 0);
    await use({
      app,
      daemons,
      sendAgain,
      letFinish: () => writeFile(until, ''),
      finished: () =>
        eventually('the task has an outcome', async () => {
          const records = await app.outcomes();
          return records.length > 0 && records;
        }),
    });
    assert.deepEqual(await daemons(), []);
  });
}

describe('a run whose worker', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  it('is killed leaves no process and no folder behind, and the next worker runs the task', async () => {
    await withWaitingTask({}, async ({ app, daemons, letFinish, finished }) => {
      process.kill(app.host.workerPid() ?? Number.NaN, 'SIGKILL');
      await eventually('nothing of the run is left', async () => (await daemons()).length === 0);
      await letFinish();
      const records = await finished();
      assert.equal(records.length, 1);
      assert.equal(records[0]?.outcome, 'succeeded', records[0]?.reason);
      assert.equal(records[0]?.metrics.deliveries, 2);
      const attempts = (await blobNames(app.results, 'sims/')).filter((name) => name.includes('/attempts/'));
      assert.equal(attempts.length, 1);
      assert.equal((await readdir(join(app.env.MODELOPS_SCRATCH_DIR ?? '', 'w'))).length, 1);
    });
  });

  it('lives, but whose process layer is ended from outside, is tried again instead of being recorded as cancelled', async () => {
    await withWaitingTask({}, async ({ app, daemons, letFinish, finished }) => {
      const worker = app.host.workerPid() ?? Number.NaN;
      const children = await readFile(`/proc/${worker}/task/${worker}/children`, 'utf8');
      const guardian = Number(children.trim().split(' ')[0]);
      process.kill(guardian, 'SIGKILL');
      await eventually('nothing of the run is left', async () => (await daemons()).length === 0);
      await letFinish();
      const records = await finished();
      assert.deepEqual(
        records.map((record) => record.outcome),
        ['succeeded'],
      );
    });
  });

  it('is taken away by the host ends with it, says so, and gives its message back at once', async () => {
    await withWaitingTask({}, async ({ app, daemons, letFinish, finished }) => {
      await app.host.stop();
      assert.deepEqual(await daemons(), []);
      assert.equal(
        (await blobNames(app.jobs, 'jobs/direct/runs/')).filter((name) => name.includes('/events/')).length,
        1,
      );
      const { peekedMessageItems } = await app.queue.peekMessages();
      assert.equal(peekedMessageItems.length, 1, 'the message is visible again, not in ten minutes');
      await letFinish();
      await app.startHost();
      const [record] = await finished();
      assert.equal(record?.outcome, 'succeeded', record?.reason);
    });
  });
});

describe('a host that is stopped under a full queue', () => {
  const tasks = 24;

  it('has nothing fetched and not started when the app was told before, as by the script of the image', async () => {
    const settings = { AzureFunctionsJobHost__extensions__queues__batchSize: '4' };
    const timing = { dispatchMs: 200, drainMs: 500 };
    await withApp(
      azurite,
      settings,
      async (app) => {
        const bundle = await app.push(fixture('tells_parameters'));
        for (let seed = 0; seed < tasks; seed += 1)
          await app.queue.sendMessage(JSON.stringify(taskMessage(bundle, { seed })));
        const counts = () => {
          const own = app.events.filter(
            (event) => !('functionName' in event) || event.functionName === 'runSimulation',
          );
          const fetched = own.flatMap((event) =>
            event.type === 'queue-polled' && event.queue === app.queue.name ? [event.found] : [],
          );
          return {
            fetched: fetched.reduce((sum, found) => sum + found, 0),
            started: own.filter(({ type }) => type === 'invocation-started').length,
            done: app.lines.filter((line) => line.endsWith(': succeeded')).length,
            ended: own.filter(({ type }) => type === 'invocation-ended').length,
          };
        };
        await eventually('the first tasks are done', async () => counts().done >= 4);
        await writeFile(join(app.env.MODELOPS_SCRATCH_DIR ?? '', 'stopping'), '');
        const { done } = await eventually('everything fetched is done, and an answer due', async () => {
          const now = counts();
          return now.fetched === now.done && now.ended < now.done && now;
        });
        await app.host.stop();
        assert.equal((await app.outcomes()).length, done);
        const { receivedMessageItems } = await app.queue.receiveMessages({ numberOfMessages: 32 });
        assert.equal(receivedMessageItems.length, tasks - done, 'the others are visible, not in ten minutes');
      },
      timing,
    );
  });
});

describe('two deliveries of one task at the same time', () => {
  it('give one result and no error', async () => {
    await withWaitingTask({}, async (waiting) => {
      const { app, daemons, letFinish } = waiting;
      await waiting.sendAgain();
      await app.startHost();
      await eventually('both run', async () => (await daemons()).length === 2);
      await letFinish();
      const records = await eventually('both have outcomes', async () => {
        const found = await app.outcomes();
        return found.length === 2 && found;
      });
      assert.deepEqual(new Set(records.map((record) => record.outcome)), new Set(['succeeded']));
      assert.deepEqual(records.map((record) => record.cached).sort(), [false, true]);
      assert.equal(new Set(records.map((record) => record.attempt)).size, 1);
      const blobs = await blobNames(app.results, 'sims/');
      assert.equal(blobs.length, 2, blobs.join('\n'));
      assert.equal((await app.poison.getProperties()).approximateMessagesCount, 0);
    });
  });
});

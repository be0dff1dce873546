import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { parseJson } from '../../src/contracts/json/parse-json.js';
import { SimTask } from '../../src/contracts/task/sim-task.js';
import { taskId } from '../../src/contracts/task/task-id.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { eventually, fixture, type RunningApp, taskMessage, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());

async function health(
  app: RunningApp,
  details = false,
): Promise<{ code: number; body: Record<string, unknown> }> {
  const response = details
    ? await fetch(`${app.host.url}/api/health/details`, {
        headers: { 'x-functions-key': app.host.keys.function },
      })
    : await fetch(`${app.host.url}/api/health`);
  return { code: response.status, body: (await response.json()) as Record<string, unknown> };
}

const sendPoison = async (app: RunningApp, body: string) => {
  await app.poison.createIfNotExists();
  await app.poison.sendMessage(body);
};

describe('a message that the queue has given up', () => {
  it('is kept whole, and its task is recorded as given up where status looks', async () => {
    await withApp(azurite, {}, async (app) => {
      const body = JSON.stringify(taskMessage(`sha256:${'1'.repeat(64)}`, { job_id: 'job', run: 'run' }));
      await sendPoison(app, body);
      const [record] = await eventually('the task is recorded', async () => {
        const records = await app.outcomes('job');
        return records.length > 0 && records;
      });
      assert.equal(record?.outcome, 'given-up');
      const [refused] = await app.refused();
      assert.equal(refused?.why, 'poison');
      assert.equal(refused?.body, body);
    });
  });

  it('does not override a result that exists', async () => {
    await withApp(azurite, {}, async (app) => {
      const bundle = await app.push(fixture('tells_parameters'));
      const bare = taskMessage(bundle);
      await app.queue.sendMessage(JSON.stringify(bare));
      await eventually('the task has run', async () => (await app.outcomes()).length === 1);
      await sendPoison(app, JSON.stringify({ ...bare, job_id: 'job', run: 'run' }));
      const [record] = await eventually('the task is recorded', async () => {
        const records = await app.outcomes('job');
        return records.length > 0 && records;
      });
      assert.equal(record?.outcome, 'succeeded');
      assert.equal(record?.cached, true);
    });
  });

  it('is kept whole even when it is no task at all', async () => {
    await withApp(azurite, {}, async (app) => {
      await sendPoison(app, 'what is this?');
      const refused = await eventually('the message is kept', async () => {
        const all = await app.refused();
        return all.length > 0 && all;
      });
      assert.equal(refused[0]?.body, 'what is this?');
    });
  });
});

describe('health', () => {
  it('tells anybody one word, and the rest only with the function key', async () => {
    await withApp(azurite, { MODELOPS_RPC_TIMEOUT_SECONDS: '1800' }, async (app) => {
      const bundle = await app.push(fixture('raises'));
      await app.queue.sendMessage(JSON.stringify(taskMessage(bundle)));
      await eventually('the task has run', async () => (await app.outcomes()).length === 1);

      const anybody = await health(app);
      assert.equal(anybody.code, 200);
      assert.deepEqual(anybody.body, { status: 'healthy' });

      for (const key of ['', '?code=', '?code=x', `?code=${'0'.repeat(app.host.keys.function.length)}`])
        assert.equal((await fetch(`${app.host.url}/api/health/details${key}`)).status, 401, key);
      const { code, body } = await health(app, true);
      assert.equal(code, 200);
      assert.equal(body.executor, 'cold');
      assert.equal(body.tasks_since_start, 1);
      assert.equal(body.storage, 'reachable');
      assert.match(JSON.stringify(body.settings_without_effect), /MODELOPS_RPC_TIMEOUT_SECONDS/);
      assert.match(JSON.stringify(body.last_error), /simulation-failed/);
    });
  });
});

describe('an app with a configuration that cannot be used', () => {
  for (const [what, settings, problem] of [
    ['an unknown executor', { MODELOPS_EXECUTOR_TYPE: 'warm' }, /MODELOPS_EXECUTOR_TYPE is "warm"/],
    ['a misspelt setting', { MODELOPS_EXECUTER_TYPE: 'cold' }, /did you mean MODELOPS_EXECUTOR_TYPE/],
    ['a task limit above functionTimeout', { MODELOPS_TASK_TIMEOUT_SECONDS: '9000' }, /functionTimeout/],
    [
      'a task limit above an overridden functionTimeout',
      { AzureFunctionsJobHost__functionTimeout: '00:10:00' },
      /functionTimeout 600 s/,
    ],
    ['an unlimited functionTimeout', { AzureFunctionsJobHost__functionTimeout: '-1' }, /unlimited/],
    ['no azure_backend', { AZURE_STORAGE_CONNECTION_STRING: '' }, /no azure_backend/],
    ['no Python', { MODELOPS_PYTHON: '/no/such/python' }, /\/no\/such\/python/],
    [
      'a connection string that is none',
      { AZURE_STORAGE_CONNECTION_STRING: 'elsewhere' },
      /is no connection string/,
    ],
    [
      'an account that cannot exist',
      { MODELOPS_AZURE_STORAGE_ACCOUNT: 'My Account' },
      /name of a storage account/,
    ],
    ['the executor for tests', { MODELOPS_EXECUTOR_TYPE: 'direct' }, /isolates nothing/],
  ] as const) {
    it(`such as ${what} says so and leaves the messages where they are`, async () => {
      await withApp(azurite, settings, async (app) => {
        const task = taskMessage(`sha256:${'1'.repeat(64)}`);
        await app.queue.sendMessage(JSON.stringify(task));
        await eventually('the app has said why', async () => app.lines.some((line) => problem.test(line)));
        const { code, body } = await health(app, true);
        assert.equal(code, 503);
        assert.equal(body.status, 'unhealthy');
        assert.match((body.problems as string[]).join('\n'), problem);
        assert.deepEqual((await health(app)).body, { status: 'unhealthy' });
        const { peekedMessageItems } = await app.queue.peekMessages();
        assert.equal(peekedMessageItems[0]?.dequeueCount, 0);
        assert.equal(peekedMessageItems[0]?.messageText, JSON.stringify(task));
      });
    });
  }
});

describe('a bare task', () => {
  it('belongs to the job direct, in a run named by its message', async () => {
    await withApp(azurite, {}, async (app) => {
      const bundle = await app.push(fixture('tells_parameters'));
      const { messageId } = await app.queue.sendMessage(JSON.stringify(taskMessage(bundle)));
      const [record] = await eventually('it has an outcome', async () => {
        const records = await app.outcomes();
        return records.length > 0 && records;
      });
      assert.equal(record?.run, messageId);
      assert.equal(record?.task_id, taskId(SimTask.parse(parseJson(JSON.stringify(taskMessage(bundle))))));
    });
  });
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { execa } from 'execa';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { blobNames, eventually, fixture, type RunningApp, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());

async function cli({ env }: RunningApp, ...args: string[]) {
  const main = join(packageRoot, 'dist', 'cli', 'main.js');
  const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...args, '--json'], {
    env,
    extendEnv: false,
    cwd: env.HOME ?? '',
    reject: false,
  });
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout);
}

describe('a job of more than 500 tasks', () => {
  it('is sent by the app, which keeps the queue shallow, and every task ends once', async () => {
    await withApp(azurite, { MODELOPS_QUEUE_WINDOW: '60' }, async (app) => {
      const bundle = await app.push(fixture('tells_parameters'));
      const job = ['--job-id', 'large', '--bundle', bundle, '--entrypoint', 'a.b/c', '--no-preflight'];
      const submitted = await cli(app, 'submit', ...job, '--grid', 'x=1', '--replicates', '501');
      assert.deepEqual([submitted.sent, submitted.sent_by, submitted.tasks], [0, 'app', 501]);
      let most = 0;
      const status = await eventually(
        'all have ended',
        async () => {
          const { approximateMessagesCount = 0 } = await app.queue.getProperties();
          most = Math.max(most, approximateMessagesCount);
          const now = await cli(app, 'status', 'large');
          return now.pending === 0 && now;
        },
        240_000,
      );
      assert.deepEqual([status.succeeded, status.repeated, status.expansion], [501, 0, null]);
      assert.ok(most <= 60, `the queue had ${most} messages`);
      assert.equal((await app.outcomes('large')).length, 501);
      assert.deepEqual(await blobNames(app.jobs, 'expansions/'), []);
      assert.deepEqual(await blobNames(app.jobs, 'unsure/'), []);
    });
  });
});

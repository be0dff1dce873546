import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, describe, it } from 'node:test';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { eventually, fixture, taskMessage, withApp } from './running-app.js';
import { counted, ended, submit, withReceiver } from './telemetry-job.js';

const azurite = await startAzurite();
after(() => azurite.stop());

describe('what is sent of a job', () => {
  it('arrives of every task, although each worker is replaced after one, under a full queue', async () => {
    await withReceiver(async (receiver, settings) => {
      await withApp(azurite, { ...settings, MODELOPS_RECYCLE_AFTER_TASKS: '1' }, async (app) => {
        await submit(app, 'tells_parameters', 3);
        await ended(app, 3);
        await eventually('each worker was replaced', async () => {
          return counted(receiver, 'modelops.worker.recycles', 'modelops.recycle.reason').tasks === 3;
        });
        const messages = receiver.spans.filter(({ kind }) => kind === 'CONSUMER');
        assert.equal(new Set(messages.map(({ attributes }) => attributes['modelops.task.id'])).size, 3);
        assert.equal(new Set(receiver.spans.map(({ traceId }) => traceId)).size, 1);
        assert.deepEqual(counted(receiver, 'modelops.tasks', 'modelops.outcome'), { succeeded: 3 });
        assert.equal(new Set(receiver.points.map(({ resource }) => resource['service.instance.id'])).size, 3);
      });
    });
  });

  it('arrives although the host takes the worker away at once, and tells of the task that it interrupted', async () => {
    await withReceiver(async (receiver, settings) => {
      await withApp(azurite, settings, async (app) => {
        const bundle = await app.push(fixture('sleeps_forever'));
        const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
        await app.queue.sendMessage(JSON.stringify(taskMessage(bundle, { traceparent })));
        await eventually('the task runs', async () => app.lines.some((line) => line.startsWith('Executing')));
        await app.host.stop();
        const span = receiver.spans.find(({ kind }) => kind === 'CONSUMER');
        assert.deepEqual([span?.traceId, span?.parentId], ['a'.repeat(32), 'b'.repeat(16)]);
        assert.equal(span?.failed, true);
        assert.equal(span?.attributes['error.type'], 'Interrupted');
        assert.match(receiver.logs[0]?.body ?? '', /interrupted, because its worker is taken away/);
      });
    });
  });
});

describe('a collector that takes nothing', () => {
  for (const [what, listens] of [
    ['is not there', false],
    ['never answers', true],
  ] as const) {
    it(`because it ${what} costs no task its result, and no worker its replacement`, async () => {
      const server = createServer(() => undefined).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      if (!listens) server.close();
      const settings = {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        MODELOPS_RECYCLE_AFTER_TASKS: '1',
      };
      try {
        await withApp(azurite, settings, async (app) => {
          const bundle = await app.push(fixture('tells_parameters'));
          for (const seed of [1, 2, 3])
            await app.queue.sendMessage(
              JSON.stringify(taskMessage(bundle, { seed, job_id: 'job', run: 'run' })),
            );
          const records = await ended(app, 3);
          assert.deepEqual(new Set(records.map(({ outcome }) => outcome)), new Set(['succeeded']));
          assert.ok(records.every(({ metrics }) => metrics.deliveries === 1));
          await eventually('each worker was replaced', async () => {
            return app.lines.filter((line) => line.includes('Recycling this worker')).length === 3;
          });
          // Of each worker one line at most.
          assert.ok(app.lines.filter((line) => /Telemetry is not sent/.test(line)).length <= 4);
        });
      } finally {
        server.close();
      }
    });
  }
});

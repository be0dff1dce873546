import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { readTextBlob } from '../../src/azure-backend/read-text-blob.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { blobNames, eventually, fixture, taskMessage, withApp } from './running-app.js';
import {
  beta,
  counted,
  ended,
  label,
  scenario,
  seeds,
  submit,
  telling,
  withReceiver,
} from './telemetry-job.js';

const azurite = await startAzurite();
after(() => azurite.stop());

describe('what is sent of a job', () => {
  it('says how a task failed, by the type of its error and not by its words', async () => {
    await withReceiver(async (receiver, settings) => {
      await withApp(azurite, { ...settings, MODELOPS_RECYCLE_AFTER_TASKS: '1' }, async (app) => {
        await submit(app, 'raises');
        const [record] = await ended(app);
        assert.match(record?.reason ?? '', new RegExp(beta), 'the record quotes the simulation');
        const message = await eventually('the span is there', async () =>
          receiver.spans.find(({ kind }) => kind === 'CONSUMER'),
        );
        assert.equal(message.failed, true);
        assert.equal(message.attributes['error.type'], 'ValueError');
        await eventually('it is counted', async () => {
          return counted(receiver, 'modelops.tasks', 'modelops.outcome')['simulation-failed'] === 1;
        });
        assert.deepEqual(
          receiver.logs.filter(({ spanId }) => spanId !== '').map(({ severity }) => severity),
          ['WARN'],
        );
        for (const value of telling) assert.ok(!receiver.everything().includes(value), value);
      });
    });
  });

  it('holds parameters, seeds, scenarios and what errors say where that is asked for', async () => {
    await withReceiver(async (receiver, settings) => {
      const asked = { MODELOPS_TELEMETRY_VALUES: 'true', MODELOPS_RECYCLE_AFTER_TASKS: '1' };
      await withApp(azurite, { ...settings, ...asked }, async (app) => {
        await submit(app, 'raises');
        const { attributes } = await eventually('the span is there', async () =>
          receiver.spans.find(({ kind }) => kind === 'CONSUMER'),
        );
        assert.deepEqual(JSON.parse(String(attributes['modelops.params'])), { beta: Number(beta), label });
        assert.equal(attributes['modelops.seed'], seeds[0]);
        assert.equal(attributes['modelops.entrypoint'], `models.test/${scenario}`);
        assert.match(String(attributes['modelops.error.message']), /no population for beta 0\.1357924/);
      });
    });
  });
});

describe('a simulation', () => {
  it('gets none of the variables of telemetry', async () => {
    await withReceiver(async (_, settings) => {
      const secret = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret' };
      await withApp(azurite, { ...settings, ...secret }, async (app) => {
        const bundle = await app.push(fixture('echoes'));
        await app.queue.sendMessage(JSON.stringify(taskMessage(bundle)));
        await ended(app, 1, 'direct');
        const [output] = (await blobNames(app.results, 'sims/')).filter((name) =>
          name.endsWith('/environment'),
        );
        const environment = JSON.parse((await readTextBlob(app.results, output ?? '')) ?? '');
        assert.ok(environment.HOME);
        assert.deepEqual(
          Object.keys(environment).filter((name) => /OTEL|TRACEPARENT|INSIGHTS|TELEMETRY/.test(name)),
          [],
        );
      });
    });
  });
});

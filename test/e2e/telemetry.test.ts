import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import type { ReceivedSpan } from '../fixtures/telemetry/start-otlp-receiver.js';
import { eventually, taskMessage, withApp } from './running-app.js';
import { counted, ended, submit, telling, withReceiver } from './telemetry-job.js';

const azurite = await startAzurite();
after(() => azurite.stop());

const below = (spans: ReceivedSpan[], parent: ReceivedSpan | undefined) =>
  spans
    .filter(({ parentId }) => parentId === parent?.spanId)
    .sort((one, other) => Number(one.startedAt - other.startedAt));

const names = (spans: ReceivedSpan[]) => spans.map(({ name }) => name);

describe('what is sent of a job', () => {
  it('is one trace from its submission to its results, with every stage, and nothing that a task computes with', async () => {
    await withReceiver(async (receiver, settings) => {
      await withApp(azurite, { ...settings, MODELOPS_RECYCLE_AFTER_TASKS: '3' }, async (app) => {
        const { traceparent } = await submit(app, 'tells_parameters', 3);
        const records = await ended(app, 3);
        await eventually('the worker has been recycled', async () => {
          return counted(receiver, 'modelops.worker.recycles', 'modelops.recycle.reason').tasks === 1;
        });
        const { spans, logs, points } = receiver;
        const [submission, ...others] = spans.filter(({ kind }) => kind === 'PRODUCER');
        assert.equal(others.length, 0);
        assert.equal(`00-${submission?.traceId}-${submission?.spanId}-01`, traceparent);
        assert.deepEqual(new Set(spans.map(({ traceId }) => traceId)), new Set([submission?.traceId]));

        const messages = below(spans, submission);
        assert.equal(messages.length, 3);
        for (const message of messages) {
          assert.deepEqual([message.name, message.kind], [`process ${app.queue.name}`, 'CONSUMER']);
          const { 'messaging.system.name': system, 'messaging.destination.name': from } = message.attributes;
          assert.deepEqual([system, from], ['azqueue', app.queue.name]);
          const stages = below(spans, message);
          const all = ['read', 'bundle', 'environment', 'lookup', 'run', 'upload', 'commit', 'record'];
          assert.deepEqual(names(stages), all);
          const run = stages.find(({ name }) => name === 'run');
          const parts = below(spans, run);
          assert.deepEqual(names(parts), ['prepare', 'start', 'import', 'simulate', 'write', 'exit']);
          for (const [inner, outer] of [
            ...stages.map((stage) => [stage, message] as const),
            ...parts.map((part) => [part, run] as const),
          ]) {
            // Times are rounded to nanoseconds, from numbers that are less exact.
            const within =
              outer && inner.startedAt >= outer.startedAt && inner.endedAt <= outer.endedAt + 1_000n;
            assert.ok(within, `${inner.name} is within ${outer?.name}`);
            assert.equal(inner.failed, false);
          }
          assert.notEqual(message.links[0]?.traceId, message.traceId, "the host's own trace is linked to");

          const record = records.find(({ task_id }) => task_id === message.attributes['modelops.task.id']);
          const line = logs.find(({ spanId }) => spanId === message.spanId);
          assert.equal(line?.body, `job/${record?.run}/${record?.task_id}: succeeded`);
          assert.deepEqual([line?.severity, line?.traceId], ['INFO', message.traceId]);
          for (const attributes of [message.attributes, line?.attributes ?? {}]) {
            assert.equal(attributes['modelops.job.id'], 'job');
            assert.equal(attributes['modelops.run.id'], record?.run);
            assert.equal(attributes['modelops.task.attempt'], record?.attempt);
            assert.equal(attributes['modelops.outcome'], 'succeeded');
          }
        }

        assert.deepEqual(counted(receiver, 'modelops.tasks', 'modelops.outcome'), { succeeded: 3 });
        const standby = counted(receiver, 'modelops.processes', 'modelops.standby');
        const stoodBy = records.filter(({ metrics }) => metrics.standby === 1).length;
        assert.deepEqual([standby.true ?? 0, standby.false ?? 0], [stoodBy, 3 - stoodBy]);
        for (const name of ['queue_wait', 'overhead', 'run_time', 'peak_memory']) {
          const point = points.findLast((each) => each.name === `modelops.task.${name}`);
          assert.equal(point?.count, 3, name);
          assert.ok(point.sum !== undefined && point.sum > 0, name);
        }
        for (const value of telling) assert.ok(!receiver.everything().includes(value), value);
      });
    });
  });

  it('begins a trace of its own when the message names none', async () => {
    await withReceiver(async (receiver, settings) => {
      await withApp(azurite, { ...settings, MODELOPS_RECYCLE_AFTER_TASKS: '1' }, async (app) => {
        await app.queue.sendMessage('no task at all');
        const refused = await eventually('the span of the message is there', async () =>
          receiver.spans.find(({ kind }) => kind === 'CONSUMER'),
        );
        assert.equal(refused.parentId, '');
        assert.equal(refused.attributes['modelops.outcome'], 'invalid-task');
        assert.deepEqual(names(below(receiver.spans, refused)), ['read', 'record']);
      });
    });
  });

  it('tells of a message that the queue has given up, in the trace that it named', async () => {
    await withReceiver(async (receiver, settings) => {
      await withApp(azurite, settings, async (app) => {
        await app.poison.createIfNotExists();
        const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
        const task = taskMessage(`sha256:${'1'.repeat(64)}`, { traceparent, job_id: 'job', run: 'run' });
        await app.poison.sendMessage(JSON.stringify(task));
        await ended(app);
        await app.host.stop();
        const [span] = receiver.spans.filter(({ kind }) => kind === 'CONSUMER');
        assert.deepEqual([span?.traceId, span?.name], ['a'.repeat(32), `process ${app.poison.name}`]);
        assert.deepEqual(counted(receiver, 'modelops.tasks', 'modelops.outcome'), { 'given-up': 1 });
        assert.deepEqual(
          receiver.logs.map(({ severity }) => severity),
          ['ERROR'],
        );
      });
    });
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { execa } from 'execa';
import { readTextBlob } from '../../src/azure-backend/read-text-blob.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from '../fixtures/telemetry/start-otlp-receiver.js';
import { blobNames, eventually, fixture, type RunningApp, taskMessage, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());

/** What a task computes with, and nothing else could be taken for. */
const beta = '0.1357924';
const label = 'a-cohort-of-ours';
const seeds = ['918273645', '918273646', '918273647'];
const scenario = 'a-scenario-of-ours';
const telling = [beta, label, scenario, ...seeds];

/** Lets a test use a collector of its own, with the settings that send to it. */
async function withReceiver(
  use: (receiver: OtlpReceiver, settings: NodeJS.ProcessEnv) => Promise<void>,
): Promise<void> {
  const receiver = await startOtlpReceiver();
  try {
    await use(receiver, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  } finally {
    await receiver.stop();
  }
}

/** `mops-cold submit` of a fixture, once for each seed. @returns its `--json` */
async function submit(app: RunningApp, bundle: string, count = 1): Promise<{ traceparent: string }> {
  const { stdout } = await execa(
    process.execPath,
    [
      join(packageRoot, 'dist', 'src', 'cli', 'main.js'),
      ...['submit', '--bundle', fixture(bundle), '--entrypoint', `models.test/${scenario}`],
      ...['--grid', `beta=${beta}`, '--grid', `label="${label}"`, '--seeds', seeds.slice(0, count).join()],
      ...['--job-id', 'job', '--no-preflight', '--json'],
    ],
    { env: app.env, extendEnv: false },
  );
  return JSON.parse(stdout);
}

const ended = (app: RunningApp, count = 1, jobId = 'job') =>
  eventually(`${count} tasks have ended`, async () => {
    const records = await app.outcomes(jobId);
    return records.length === count && records;
  });

const below = (spans: ReceivedSpan[], parent: ReceivedSpan | undefined) =>
  spans
    .filter(({ parentId }) => parentId === parent?.spanId)
    .sort((one, other) => Number(one.startedAt - other.startedAt));

const names = (spans: ReceivedSpan[]) => spans.map(({ name }) => name);

/** How much a counter has counted, by one of its attributes. */
function counted({ points }: OtlpReceiver, name: string, by: string): Record<string, number> {
  const counts: Record<string, number> = {};
  const latest = new Map<string, [string, number]>();
  // A point holds all that its worker has counted so far.
  for (const { name: called, value = 0, attributes, resource } of points.filter((each) => each.name === name))
    latest.set(JSON.stringify([called, attributes, resource]), [String(attributes[by]), value]);
  for (const [key, value] of latest.values()) counts[key] = (counts[key] ?? 0) + value;
  return counts;
}

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
          const all = ['read', 'lookup', 'bundle', 'environment', 'run', 'upload', 'commit', 'record'];
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

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { after, type TestContext, test } from 'node:test';
import { createTelemetry } from '../../../src/telemetry/create-telemetry.js';
import { someObservation } from '../../fixtures/telemetry/some-observation.js';
import { startIngestion, withoutIngestion } from '../../fixtures/telemetry/start-ingestion.js';

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

async function ingestion(t: TestContext) {
  const insights = await startIngestion();
  t.after(() => insights.stop());
  const instrumentation = '00000000-0000-0000-0000-000000000001';
  return {
    ...insights,
    connectionString: `InstrumentationKey=${instrumentation};IngestionEndpoint=${insights.endpoint}`,
  };
}

async function listen<S extends Server>(server: S): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

// Its certificate is of nobody that one trusts.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const skip = withoutIngestion;

test('Application Insights gets a request for each message, its stages, figures and lines', {
  skip,
}, async (t) => {
  const kept = async () =>
    (await readdir(tmpdir())).filter((name) => /opentelemetry|Microsoft-App/.test(name));
  const before = await kept();
  const insights = await ingestion(t);
  const { connectionString } = insights;
  const telemetry = createTelemetry(
    { otlp: false, applicationInsights: { connectionString }, values: false, environment: 'here' },
    'tasks',
  );
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  telemetry.observe(someObservation({}, { traceparent }));
  telemetry.recycling('tasks', '1 tasks run');
  telemetry.recycling('tasks', '1 tasks run');
  await telemetry.flush();

  const [request, ...others] = insights.of('RequestData');
  assert.equal(others.length, 0);
  assert.equal(request?.data.name, 'process tasks');
  assert.equal(request?.data.success, true);
  assert.equal(request?.tags['ai.operation.id'], 'a'.repeat(32));
  assert.equal(request?.tags['ai.operation.parentId'], 'b'.repeat(16));
  assert.equal(request?.data.properties['modelops.outcome'], 'succeeded');
  const stages = insights.of('RemoteDependencyData');
  assert.deepEqual(stages.map(({ data }) => data.name).sort(), ['read', 'run', 'simulate']);
  const run = stages.find(({ data }) => data.name === 'run');
  const simulate = stages.find(({ data }) => data.name === 'simulate');
  assert.equal(run?.tags['ai.operation.parentId'], request?.data.id);
  assert.equal(simulate?.tags['ai.operation.parentId'], run?.data.id);

  const lines = insights.of('MessageData');
  assert.match(String(lines[0]?.data.message), /^job\/run\/[0-9a-f]{32}: succeeded$/);
  assert.equal(lines[0]?.data.properties['modelops.job.id'], 'job');
  assert.equal(lines[0]?.tags['ai.operation.id'], 'a'.repeat(32));
  assert.equal(lines.length, 2, 'a recycling is told once');

  const metrics = insights
    .of('MetricData')
    .flatMap(({ data }) => data.metrics as { name: string; value: number }[]);
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value;
  assert.equal(value('modelops.tasks'), 1);
  assert.equal(value('modelops.worker.recycles'), 1);
  assert.equal(value('modelops.task.overhead'), 0.2);
  assert.equal(value('modelops.task.peak_memory'), 1e8);

  // The alerts count lines of the host by the name of its operation: ours are none of these.
  const all = ['RequestData', 'RemoteDependencyData', 'MessageData', 'MetricData'].flatMap(insights.of);
  for (const { tags, data } of all) {
    for (const name of [tags['ai.operation.name'], data.name])
      assert.ok(!['runSimulation', 'recordPoison', 'health'].includes(String(name)));
  }
  assert.deepEqual(insights.authorizations, new Set([undefined]));
  assert.deepEqual(await kept(), before, 'nothing is kept where a simulation can read it');
});

test('where it takes no keys, it is sent as the managed identity', { skip }, async (t) => {
  const insights = await ingestion(t);
  const { connectionString } = insights;
  const asked: URLSearchParams[] = [];
  const identityPort = await listen(
    createServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://localhost').searchParams);
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
      const expires_on = String(Math.floor(Date.now() / 1000) + 86_400);
      response.end(JSON.stringify({ access_token: 'of-the-identity', expires_on, token_type: 'Bearer' }));
    }),
  );
  const environment = {
    IDENTITY_ENDPOINT: `http://127.0.0.1:${identityPort}/token`,
    IDENTITY_HEADER: 'header',
  };
  Object.assign(process.env, environment);
  try {
    const applicationInsights = { connectionString, clientId: 'ours' };
    const telemetry = createTelemetry(
      { otlp: false, applicationInsights, values: false, environment: undefined },
      'tasks',
    );
    telemetry.observe(someObservation({ outcome: 'crashed' }));
    await telemetry.flush();
    const [request] = insights.of('RequestData');
    assert.equal(request?.data.success, false);
    assert.equal(request?.data.properties['modelops.outcome'], 'crashed');
    const [line] = insights.of('MessageData');
    assert.equal(line?.data.properties['modelops.error.type'], 'crashed');
    assert.deepEqual(insights.authorizations, new Set(['Bearer of-the-identity']));
    assert.equal(asked[0]?.get('client_id'), 'ours');
    assert.match(asked[0]?.get('resource') ?? '', /^https:\/\/monitor\.azure\.com/);
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
  }
});

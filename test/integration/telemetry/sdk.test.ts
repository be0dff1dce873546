import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';
import { createTelemetry } from '../../../src/telemetry/create-telemetry.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { someObservation } from '../../fixtures/telemetry/some-observation.js';

const make = temporaryFolders();

/** Modules of the SDK that a worker and the command line have loaded when they are ready for work. */
async function loadedBy(env: NodeJS.ProcessEnv): Promise<string[]> {
  const watch = `export async function resolve(specifier, context, next) {
    if (/opentelemetry/.test(specifier)) console.log('loads ' + specifier);
    return next(specifier, context);
  }`;
  const url = (file: string) => JSON.stringify(join(packageRoot, 'dist', file));
  const script = `
    import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(watch)}));
    await import(${url('src/cli/create-program.js')});
    const { currentWorker } = await import(${url('src/worker/current-worker.js')});
    if ('refusal' in currentWorker) throw currentWorker.refusal;
    const { someObservation } = await import(${url('test/fixtures/telemetry/some-observation.js')});
    console.log('ready');
    currentWorker.worker.simulation.observe(someObservation());
    await currentWorker.worker.telemetry.flush();
    process.exit(0);`;
  const folder = await make();
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      AZURE_STORAGE_CONNECTION_STRING: 'UseDevelopmentStorage=true',
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      MODELOPS_SCRATCH_DIR: join(folder, 'scratch'),
      ...env,
    },
    extendEnv: false,
    timeout: 60_000,
  });
  return stdout.split('\n').filter((line) => line.startsWith('loads ') || line === 'ready');
}

test('nothing of the SDK is loaded where nothing is configured, and else only after the first task', async () => {
  assert.deepEqual(await loadedBy({}), ['ready']);
  const [ready, ...loads] = await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  assert.equal(ready, 'ready');
  assert.ok(loads.length > 0);
});

test('a worker that leaves waits a second at most for a collector that never answers, and says so', async (context) => {
  const warn = context.mock.method(console, 'warn', () => undefined);
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const place = { otlp: true, values: false, environment: undefined };
    const telemetry = createTelemetry(place, 'tasks');
    await telemetry.flush();
    assert.equal(sockets.length, 0, 'before the first task there is nothing to send');
    telemetry.observe(someObservation());
    const begun = performance.now();
    await telemetry.flush();
    assert.ok(sockets.length > 0, 'it has tried');
    // A second, and what loading the SDK takes on a busy machine.
    assert.ok(performance.now() - begun < 5_000);
    const said = warn.mock.calls.map(({ arguments: [line] }) => String(line));
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^Telemetry is not sent, or not all of it; .* not taken within 1 s\.$/);
  } finally {
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAzurite } from '../../../src/local-host/start-azurite.js';

test('storages that are started at once on the same ports all start, each on its own', async () => {
  const first = await startAzurite();
  await first.stop();
  const started = await Promise.allSettled(
    Array.from({ length: 3 }, () => startAzurite({ ports: first.ports })),
  );
  const running = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  await Promise.all(running.map(({ stop }) => stop()));
  assert.deepEqual(
    started.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : [])),
    [],
  );
  const ports = running.flatMap(({ ports: { blob, queue, table } }) => [blob, queue, table]);
  assert.equal(new Set(ports).size, 9);
});

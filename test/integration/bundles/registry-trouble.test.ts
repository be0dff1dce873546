import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { Bytes } from '../../../src/bundles/bundle-store.js';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { TemporaryRegistryError } from '../../../src/bundles/registry-store/http/temporary-registry-error.js';
import { freePort } from '../../../src/local-host/free-port.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { readBytes } from '../../fixtures/bundles/read-bytes.js';
import { registryStoreAt } from '../../fixtures/bundles/registry-store-at.js';
import { type SeenRequest, startScriptedServer } from '../../fixtures/bundles/start-scripted-server.js';

const manifest = Buffer.from('{}');
const digest = sha256(manifest);

type Script = (response: ServerResponse, count: number, request: SeenRequest) => void;

/** A store over a registry that answers as told. */
async function scripted(t: TestContext, script: Script, options = {}) {
  const server = await startScriptedServer(t, (request, response, count) => script(response, count, request));
  return { server, store: registryStoreAt(`${server.host}/models`, options) };
}

function temporary(message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof TemporaryRegistryError, String(error));
    assert.ok(!(error instanceof BundleUnavailable));
    assert.match(error.message, message);
    return true;
  };
}

test('a registry that is in trouble for a moment is asked again', async (t) => {
  for (const status of [408, 429, 500, 502, 503, 504]) {
    const { server, store } = await scripted(t, (response, count) =>
      count < 3 ? response.writeHead(status).end() : response.end(manifest),
    );
    assert.deepEqual(await readBytes(store.openManifest(digest)), manifest, String(status));
    assert.equal(server.seen.length, 3);
  }
});

test('trouble that stays is told after five tries, as trouble that may pass', async (t) => {
  const said = JSON.stringify({ errors: [{ code: 'UNAVAILABLE', message: 'disk\n full' }] });
  const { server, store } = await scripted(t, (response) => response.writeHead(503).end(said));
  await assert.rejects(
    store.openManifest(digest),
    temporary(
      /^Cannot read manifests\/sha256:.* of models: 127\.0\.0\.1:\d+ answered 503 \(UNAVAILABLE: disk full\)/,
    ),
  );
  assert.equal(server.seen.length, 5);
});

test('a registry that asks to wait is left alone for so long', async (t) => {
  const times: number[] = [];
  const { store } = await scripted(t, (response, count) => {
    times.push(Date.now());
    if (count === 1) response.writeHead(429, { 'retry-after': '1' }).end();
    else response.end(manifest);
  });
  await readBytes(store.openManifest(digest));
  assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 990);
});

test('another refusal is final, and says what the registry said', async (t) => {
  const said = JSON.stringify({ errors: [{ code: 'NAME_INVALID', message: 'invalid name' }] });
  const { server, store } = await scripted(t, (response) => response.writeHead(400).end(said));
  await assert.rejects(store.openManifest(digest), {
    name: 'BundleUnavailable',
    message: /answered 400 \(NAME_INVALID: invalid name\)\. Correct the reference/,
  });
  assert.equal(server.seen.length, 1);
});

test('a registry that is not there is trouble that may pass', async () => {
  const store = registryStoreAt(`127.0.0.1:${await freePort()}/models`);
  await assert.rejects(
    store.openManifest(digest),
    temporary(/^Cannot reach 127\.0\.0\.1:\d+: .*ECONNREFUSED/),
  );
  await assert.rejects(
    registryStoreAt('registry.invalid/models').openManifest(digest),
    temporary(/^Cannot reach registry\.invalid: getaddrinfo/),
  );
});

test('a connection that closes instead of an answer is tried again', async (t) => {
  const { server, store } = await scripted(t, (response, count) =>
    count < 3 ? response.destroy() : response.end(manifest),
  );
  assert.deepEqual(await readBytes(store.openManifest(digest)), manifest);
  assert.equal(server.seen.length, 3);
});

test('a body that ends too early is an error to whoever reads it', async (t) => {
  const closings: Record<string, Script> = {
    'with a length': (response) => {
      response.writeHead(200, { 'content-length': '10' }).write('12345', () => response.destroy());
    },
    'in chunks': (response) => {
      response.writeHead(200).write('12345', () => response.destroy());
    },
    'closed in order': (response) => {
      response.writeHead(200, { 'content-length': '10', connection: 'close' });
      response.write('12345', () => response.socket?.end());
    },
  };
  for (const [name, script] of Object.entries(closings)) {
    const { server, store } = await scripted(t, script);
    await assert.rejects(
      readBytes(store.openBlob(digest, digest)),
      temporary(/^Cannot read the answer of 127\.0\.0\.1:\d+ to its end: /),
      name,
    );
    assert.equal(server.seen.length, 1, 'whoever reads has used the beginning: it cannot be asked for again');
  }
});

test('a registry that stalls is given up, before and in the middle of a body', async (t) => {
  const options = { stallTimeoutMs: 50 };
  const silent = await scripted(t, () => {}, options);
  await assert.rejects(
    silent.store.openManifest(digest),
    temporary(/^Cannot go on with 127\.0\.0\.1:\d+: nothing moved for 0\.05 s/),
  );
  assert.equal(silent.server.seen.length, 5);
  const stuck = await scripted(t, (response) => void response.writeHead(200).write('12345'), options);
  await assert.rejects(
    readBytes(stuck.store.openBlob(digest, digest)),
    temporary(/nothing moved for 0\.05 s/),
  );
});

test('a slow reader is no stall', async (t) => {
  const { store } = await scripted(t, (response) => response.end(Buffer.alloc(4 * 1024 * 1024)), {
    stallTimeoutMs: 100,
  });
  let size = 0;
  for await (const chunk of (await store.openBlob(digest, digest)) as Bytes) {
    // Longer than a registry may stall: nothing else would show that the time of the reader is not counted.
    if (size === 0) await new Promise((resolve) => setTimeout(resolve, 300));
    size += chunk.length;
  }
  assert.equal(size, 4 * 1024 * 1024);
});

test('a reader that gives up ends the request', async (t) => {
  for (const giveUp of [
    async (bytes: Bytes) => {
      for await (const _chunk of bytes) break;
    },
    async (bytes: Bytes) => {
      await bytes[Symbol.asyncIterator]().return?.();
    },
  ]) {
    let closed: Promise<unknown> = Promise.resolve();
    const { server, store } = await scripted(t, (response) => {
      closed = once(response, 'close');
      response.writeHead(200).write('12345');
    });
    const bytes = await store.openBlob(digest, digest);
    assert.ok(bytes);
    assert.equal(await server.connections(), 1);
    await giveUp(bytes);
    await closed;
  }
});

test("the caller's signal ends what is under way, and is the reason", async (t) => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const { store } = await scripted(t, () => controller.abort(reason), { signal: controller.signal });
  await assert.rejects(store.openManifest(digest), reason);
});

test('a redirect to another origin does not take the authorization along', async (t) => {
  const elsewhere = await startScriptedServer(t, (_request, response) => response.end(manifest));
  const { server, store } = await scripted(
    t,
    (response, _count, { headers }) => {
      if (headers.authorization === undefined)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' });
      else response.writeHead(307, { location: `http://${elsewhere.host}/signed?sig=1` });
      response.end();
    },
    { env: { REGISTRY_USERNAME: 'me', REGISTRY_PASSWORD: 'hunter2' } },
  );
  assert.deepEqual(await readBytes(store.openBlob(digest, digest)), manifest);
  assert.match(String(server.seen.at(-1)?.headers.authorization), /^Basic /);
  const [got] = elsewhere.seen;
  assert.equal(got?.url, '/signed?sig=1');
  assert.equal(got?.headers.authorization, undefined);
  assert.equal(got?.headers['accept-encoding'], 'identity');
});

test('nobody but the registry may ask for credentials', async (t) => {
  const elsewhere = await startScriptedServer(t, (_request, response) =>
    response.writeHead(401, { 'www-authenticate': 'Basic realm="give me"' }).end(),
  );
  const { server, store } = await scripted(
    t,
    (response) => response.writeHead(307, { location: `http://${elsewhere.host}/` }).end(),
    { env: { REGISTRY_USERNAME: 'me', REGISTRY_PASSWORD: 'hunter2' } },
  );
  await assert.rejects(store.openBlob(digest, digest), {
    name: 'BundleUnavailable',
    message: new RegExp(
      `${elsewhere.host} answered 401\\. The registry ${server.host} keeps its blobs there`,
    ),
  });
  assert.equal(elsewhere.seen.length, 1);
  assert.equal(elsewhere.seen[0]?.headers.authorization, undefined);
});

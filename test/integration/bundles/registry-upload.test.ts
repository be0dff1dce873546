import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { Bytes } from '../../../src/bundles/bundle-store.js';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { registryStoreAt } from '../../fixtures/bundles/registry-store-at.js';
import { type SeenRequest, startScriptedServer } from '../../fixtures/bundles/start-scripted-server.js';

const content = Buffer.from('0123456789');
const blob = { digest: sha256(content), size: content.length };
const open = async function* (): Bytes {
  yield content.subarray(0, 4);
  yield content.subarray(4);
} as () => Bytes;

/** A registry that takes uploads at `place`, and answers to the bytes as told. */
async function uploads(
  t: TestContext,
  {
    place = () => '/upload/1?state=a%2Fb',
    put = (response) => response.writeHead(201).end(),
    start = () => false,
  }: {
    place?: (host: string) => string;
    put?: (response: ServerResponse, count: number, request: SeenRequest) => void;
    /** Whether it has answered the first request of an upload. */
    start?: (response: ServerResponse, request: SeenRequest) => boolean;
  },
) {
  let puts = 0;
  const server = await startScriptedServer(t, (request, response) => {
    if (request.method === 'POST') {
      if (start(response, request)) return;
      response.writeHead(202, { location: place(server.host) }).end();
    } else {
      puts += 1;
      put(response, puts, request);
    }
  });
  return { ...server, target: registryStoreAt(`${server.host}/models`).target({}) };
}

const steps = (seen: SeenRequest[]) => seen.map(({ method, url }) => `${method} ${url}`);

test('a blob is sent where the registry says, with its length', async (t) => {
  const encoded = encodeURIComponent(blob.digest);
  for (const [place, expected] of [
    [() => '/upload/1?state=a%2Fb', `/upload/1?state=a%2Fb&digest=${encoded}`],
    [(host: string) => `http://${host}/upload/2`, `/upload/2?digest=${encoded}`],
    [(host: string) => `https://${host}/upload/3`, `/upload/3?digest=${encoded}`],
    [() => 'http://127.0.0.1/upload/4', `/upload/4?digest=${encoded}`],
  ] as const) {
    const { target, seen } = await uploads(t, { place });
    await target.putBlob(blob, open);
    assert.deepEqual(steps(seen), ['POST /v2/models/blobs/uploads/', `PUT ${expected}`]);
    const sent = seen.at(-1);
    assert.equal(sent?.body, content.toString());
    assert.equal(sent?.headers['content-length'], '10');
    assert.equal(sent?.headers['transfer-encoding'], undefined);
  }
});

test('an upload that fails for a moment begins anew, with its bytes', async (t) => {
  const { target, seen } = await uploads(t, {
    put: (response, count) => {
      if (count === 1) response.destroy();
      else response.writeHead(count === 2 ? 503 : 201).end();
    },
  });
  await target.putBlob(blob, open);
  assert.equal(seen.length, 6);
  assert.deepEqual(
    new Set(seen.filter(({ method }) => method === 'PUT').map(({ body }) => body)),
    new Set(['0123456789']),
  );
});

test('nothing but 201, 202 and 204 is a success', async (t) => {
  for (const status of [200, 206, 404]) {
    const { target } = await uploads(t, { put: (response) => response.writeHead(status).end() });
    await assert.rejects(target.putBlob(blob, open), {
      name: 'BundleUnavailable',
      message: new RegExp(`^Cannot push the blob ${blob.digest} to models: .* answered ${status}`),
    });
  }
});

test('what is sent is not sent again to where a registry redirects it', async (t) => {
  for (const status of [301, 307]) {
    const { target, seen } = await uploads(t, {
      put: (response) => response.writeHead(status, { location: '/elsewhere' }).end(),
    });
    await assert.rejects(target.putBlob(blob, open), {
      name: 'BundleUnavailable',
      message:
        /it redirects what is sent to it\. Let MODELOPS_BUNDLE_REGISTRY name the registry that takes it\./,
    });
    await assert.rejects(target.putManifest(blob, content), {
      name: 'BundleUnavailable',
      message: new RegExp(`answered ${status}`),
    });
    assert.equal(seen.length, 3);
  }
});

test('a large blob is never whole in memory', async (t) => {
  const mebibyte = Buffer.alloc(1024 * 1024);
  const count = 384;
  const server = await startScriptedServer(
    t,
    (_request, response) => response.writeHead(202, { location: '/upload' }).end(),
    (request, response) => {
      if (request.method !== 'PUT') return false;
      request.resume().on('end', () => response.writeHead(201).end());
      return true;
    },
  );
  let most = 0;
  const large = async function* (): Bytes {
    for (let sent = 0; sent < count; sent += 1) {
      yield mebibyte;
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
  } as () => Bytes;
  const target = registryStoreAt(`${server.host}/models`).target({});
  await target.putBlob({ digest: blob.digest, size: count * mebibyte.length }, large);
  assert.ok(most < 192 * mebibyte.length, `${most} bytes`);
});

test('a blob that is too large for the registry is told as that', async (t) => {
  const { target, seen } = await uploads(t, { put: (response) => response.writeHead(413).end('<html>') });
  await assert.rejects(
    target.putBlob(blob, open),
    /answered 413\. It is larger than the registry or a proxy before it takes/,
  );
  assert.equal(seen.length, 2);
});

test('an authorization that ends between the two requests is renewed, and the bytes sent again', async (t) => {
  const env = { REGISTRY_USERNAME: 'me', REGISTRY_PASSWORD: 'hunter2' };
  const server = await startScriptedServer(t, ({ method, url, headers }, response, count) => {
    if (url.startsWith('/token')) return response.end(`{"token":"token-${count}"}`);
    if (method === 'POST' && headers.authorization === 'Bearer token-2') {
      return response.writeHead(202, { location: '/upload/1' }).end();
    }
    if (method === 'PUT' && headers.authorization === 'Bearer token-5') return response.writeHead(201).end();
    return response
      .writeHead(401, { 'www-authenticate': `Bearer realm="http://${headers.host}/token"` })
      .end();
  });
  await registryStoreAt(`${server.host}/models`, { env }).target({}).putBlob(blob, open);
  assert.deepEqual(
    server.seen.map(({ method, body }) => `${method} ${body}`),
    ['POST ', 'GET ', 'POST ', 'PUT 0123456789', 'GET ', 'PUT 0123456789'],
  );
});

test('an upload elsewhere does not take the authorization along', async (t) => {
  const elsewhere = await startScriptedServer(t, (_request, response) => response.writeHead(201).end());
  const { host, seen } = await uploads(t, {
    place: () => `http://${elsewhere.host}/signed`,
    start: (response, { headers }) => {
      if (headers.authorization !== undefined) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return true;
    },
  });
  const env = { REGISTRY_USERNAME: 'me', REGISTRY_PASSWORD: 'hunter2' };
  await registryStoreAt(`${host}/models`, { env }).target({}).putBlob(blob, open);
  assert.match(String(seen.at(-1)?.headers.authorization), /^Basic /);
  assert.equal(elsewhere.seen[0]?.headers.authorization, undefined);
  assert.equal(elsewhere.seen[0]?.body, content.toString());
});

test('bytes that cannot be read, or are others than announced, end the upload with their own error', async (t) => {
  const { target, seen } = await uploads(t, {});
  const broken = async function* (): Bytes {
    yield content.subarray(0, 4);
    throw new Error('the disk is gone');
  } as () => Bytes;
  await assert.rejects(target.putBlob(blob, broken), /^Error: the disk is gone$/);
  for (const [size, has] of [
    [9, 'more'],
    [11, 'only 10'],
  ] as const) {
    await assert.rejects(
      target.putBlob({ ...blob, size }, open),
      new RegExp(`^Error: Cannot push a blob of ${size} bytes: its source has ${has}\\. It changed`),
    );
  }
  assert.equal(seen.filter(({ method }) => method === 'POST').length, 3, 'none was tried again');
});

test('a registry that answers before it has all, or takes nothing, leaves no source open', async (t) => {
  const large = { digest: blob.digest, size: 64 * 1024 * 1024 };
  const mebibyte = Buffer.alloc(1024 * 1024);
  for (const [script, expected] of [
    [(response: ServerResponse) => response.writeHead(413, { connection: 'close' }).end(), /answered 413/],
    [(response: ServerResponse) => response.destroy(), /^TemporaryRegistryError: Cannot reach/],
    [() => {}, /^TemporaryRegistryError: Cannot go on with .*: nothing moved for 0\.1 s/],
  ] as const) {
    const server = await startScriptedServer(
      t,
      (_request, response) => response.writeHead(202, { location: '/upload' }).end(),
      ({ method }, response) => {
        if (method !== 'PUT') return false;
        script(response);
        return true;
      },
    );
    const sources: Promise<void>[] = [];
    const target = registryStoreAt(`${server.host}/models`, { stallTimeoutMs: 20 }).target({});
    const source = () => {
      let closed = () => {};
      sources.push(new Promise((resolve) => (closed = resolve)));
      return (async function* () {
        try {
          for (let sent = 0; sent < large.size; sent += mebibyte.length) yield mebibyte;
        } finally {
          closed();
        }
      })();
    };
    await assert.rejects(target.putBlob(large, source), expected);
    await Promise.all(sources);
  }
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { readBytes } from '../../fixtures/bundles/read-bytes.js';
import { registryStoreAt } from '../../fixtures/bundles/registry-store-at.js';
import { type SeenRequest, startScriptedServer } from '../../fixtures/bundles/start-scripted-server.js';

const manifest = Buffer.from('{}');
const digest = sha256(manifest);
const env = { REGISTRY_USERNAME: 'me', REGISTRY_PASSWORD: 'hunter2' };

/**
 * A registry that wants a token, and its token service in one server.
 *
 * @param token answers a request for a token: status and body
 * @param challenge from the server's host
 * @param valid whether a token opens the registry
 */
async function tokenRegistry(
  t: TestContext,
  {
    token = (_request, count) => [200, { token: `token-${count}` }],
    challenge = (host) => `Bearer realm="http://${host}/token",service="registry, of tests"`,
    valid = (text) => text.startsWith('token-'),
  }: {
    token?: (request: SeenRequest, count: number) => [number, unknown];
    challenge?: (host: string) => string;
    valid?: (text: string) => boolean;
  } = {},
) {
  let asked = 0;
  const server = await startScriptedServer(t, (request, response) => {
    if (request.url.startsWith('/token')) {
      asked += 1;
      const [status, body] = token(request, asked);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const [, shown = ''] = /^Bearer (.*)$/.exec(request.headers.authorization?.toString() ?? '') ?? [];
    if (valid(shown)) return response.writeHead(200).end(manifest);
    response.writeHead(401, { 'www-authenticate': challenge(request.headers.host?.toString() ?? '') }).end();
    return;
  });
  const toTokens = () => server.seen.filter(({ url }) => url.startsWith('/token'));
  return { ...server, toTokens };
}

const query = (request: SeenRequest | undefined) =>
  Object.fromEntries(new URL(request?.url ?? '', 'http://x').searchParams);

test('a token for anybody is asked for once, with the scope of what is read', async (t) => {
  const registry = await tokenRegistry(t);
  const store = registryStoreAt(`${registry.host}/models`, { env: {} });
  assert.deepEqual(await readBytes(store.openManifest(digest)), manifest);
  assert.deepEqual(await readBytes(store.openBlob(digest, digest)), manifest);
  assert.deepEqual(
    registry.seen.map(({ url, headers }) => [url.replace(/\?.*/, ''), headers.authorization]),
    [
      [`/v2/models/manifests/${digest}`, undefined],
      ['/token', undefined],
      [`/v2/models/manifests/${digest}`, 'Bearer token-1'],
      [`/v2/models/blobs/${digest}`, 'Bearer token-1'],
    ],
  );
  assert.deepEqual(query(registry.toTokens()[0]), {
    service: 'registry, of tests',
    scope: 'repository:models:pull',
  });
});

test('requests at once share one token', async (t) => {
  const registry = await tokenRegistry(t);
  const store = registryStoreAt(`${registry.host}/models`);
  await Promise.all(Array.from({ length: 20 }, () => readBytes(store.openManifest(digest))));
  assert.equal(registry.toTokens().length, 1);
});

test('user name and password are shown to the token service, and to nobody else', async (t) => {
  const registry = await tokenRegistry(t, { token: () => [200, { access_token: 'token-x' }] });
  const store = registryStoreAt(`${registry.host}/models`, { env });
  await readBytes(store.openManifest(digest));
  assert.equal(
    registry.toTokens()[0]?.headers.authorization,
    `Basic ${Buffer.from('me:hunter2').toString('base64')}`,
  );
  for (const { url, headers } of registry.seen) {
    if (url.startsWith('/v2/')) assert.doesNotMatch(String(headers.authorization), /Basic/);
  }
});

test('a push asks for the right to push, whatever the challenge asks for', async (t) => {
  const registry = await tokenRegistry(t, {
    challenge: (host) => `Bearer realm="http://${host}/token",scope="repository:models:pull"`,
  });
  await registryStoreAt(`${registry.host}/models`).target({}).lacking([], digest);
  assert.deepEqual(query(registry.toTokens()[0]), { scope: 'repository:models:pull,push' });
});

test('an expired token is replaced before it is used, and a refused one once', async (t) => {
  let valid = 'token-1';
  const registry = await tokenRegistry(t, {
    token: (_request, count) => [200, { token: `token-${count}`, expires_in: count === 1 ? 0.001 : 3600 }],
    valid: (text) => text === valid,
  });
  const store = registryStoreAt(`${registry.host}/models`);
  await readBytes(store.openManifest(digest));
  valid = 'token-2';
  await readBytes(store.openManifest(digest));
  assert.equal(registry.toTokens().length, 2, 'the first has expired');
  valid = 'token-3';
  await readBytes(store.openManifest(digest));
  assert.deepEqual(
    registry.seen.slice(-3).map(({ headers }) => headers.authorization),
    ['Bearer token-2', undefined, 'Bearer token-3'],
  );
  valid = 'none';
  await assert.rejects(readBytes(store.openManifest(digest)), { name: 'BundleUnavailable' });
  assert.equal(registry.toTokens().length, 4);
});

test('of several challenges Bearer is answered', async (t) => {
  const registry = await tokenRegistry(t, {
    challenge: (host) => `Negotiate, Basic realm="x", BEARER Realm="http://${host}/token"`,
  });
  await readBytes(registryStoreAt(`${registry.host}/models`, { env }).openManifest(digest));
  assert.equal(registry.toTokens().length, 1);
});

test('a challenge that is not understood is named', async (t) => {
  const registry = await tokenRegistry(t, { challenge: () => 'Negotiate, NTLM' });
  await assert.rejects(registryStoreAt(`${registry.host}/models`, { env }).openManifest(digest), {
    name: 'BundleUnavailable',
    message: /It offers negotiate, ntlm for authorization; Basic and Bearer are understood\./,
  });
});

test('a token service that refuses is named, without the credentials', async (t) => {
  const registry = await tokenRegistry(t, { token: () => [401, { details: 'me:hunter2 is wrong' }] });
  const store = registryStoreAt(`${registry.host}/models`, { env });
  await assert.rejects(store.openManifest(digest), (error: Error) => {
    assert.equal(error.name, 'BundleUnavailable');
    assert.match(
      error.message,
      /credentials of REGISTRY_USERNAME and REGISTRY_PASSWORD; 127\.0\.0\.1:\d+ answered 401\./,
    );
    assert.doesNotMatch(error.message, /hunter2|aHVudGVyMg|bWU6/);
    return true;
  });
  assert.equal(registry.toTokens().length, 1, 'a refusal is not tried again');
});

test('a token service that is in trouble is asked again', async (t) => {
  const registry = await tokenRegistry(t, {
    token: (_request, count) => (count < 3 ? [503, {}] : [200, { token: 'token-3' }]),
  });
  await readBytes(registryStoreAt(`${registry.host}/models`, { env }).openManifest(digest));
  assert.equal(registry.toTokens().length, 3);
});

test('an answer without a usable token is refused without repeating it', async (t) => {
  for (const body of [{}, { token: 'se cret\n' }, 'text']) {
    const registry = await tokenRegistry(t, { token: () => [200, body] });
    await assert.rejects(registryStoreAt(`${registry.host}/models`).openManifest(digest), (error: Error) => {
      assert.match(error.message, /answered without a token/);
      assert.doesNotMatch(error.message, /cret/);
      return true;
    });
  }
});

test('a realm that is no URL is refused before anything is sent to it', async (t) => {
  const registry = await tokenRegistry(t, { challenge: () => 'Bearer realm="file:///etc/passwd"' });
  await assert.rejects(registryStoreAt(`${registry.host}/models`, { env }).openManifest(digest), {
    name: 'BundleUnavailable',
    message: /credentials are sent to HTTPS only/,
  });
});

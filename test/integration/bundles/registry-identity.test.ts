import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { readBytes } from '../../fixtures/bundles/read-bytes.js';
import { registryStoreAt } from '../../fixtures/bundles/registry-store-at.js';
import { startScriptedServer } from '../../fixtures/bundles/start-scripted-server.js';

const manifest = Buffer.from('{}');
const digest = sha256(manifest);
const jwt = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
const longLived = jwt({ exp: Date.now() / 1000 + 3 * 3600 });

/** A server that authorizes as Azure Container Registry does. */
async function azureRegistry(
  t: TestContext,
  {
    refreshToken = () => longLived,
    exchangeStatus = 200,
    anonymous = false,
    takes = () => true,
  }: {
    refreshToken?: (count: number) => string;
    exchangeStatus?: number;
    anonymous?: boolean;
    takes?: (refreshToken: string) => boolean;
  } = {},
) {
  let exchanges = 0;
  return startScriptedServer(t, ({ method, url, headers, body }, response) => {
    const json = (status: number, value: object) => response.writeHead(status).end(JSON.stringify(value));
    const fields = new URLSearchParams(body);
    if (url === '/oauth2/exchange') {
      exchanges += 1;
      json(exchangeStatus, { refresh_token: refreshToken(exchanges) });
    } else if (url.startsWith('/oauth2/token')) {
      const allowed = method === 'POST' ? takes(fields.get('refresh_token') ?? '') : anonymous;
      json(allowed ? 200 : 401, { access_token: 'access', expires_in: 0.001 });
    } else if (headers.authorization === 'Bearer access') {
      response.writeHead(200).end(manifest);
    } else {
      const realm = `Bearer realm="http://${headers.host}/oauth2/token",service="my.azurecr.io",scope="repository:models:pull"`;
      response.writeHead(401, { 'www-authenticate': realm }).end();
    }
  });
}

test("Azure's registry is opened by the identity, whose refresh token is kept", async (t) => {
  const { host, seen } = await azureRegistry(t);
  const asked: string[] = [];
  const identity = async (scope: string) => {
    asked.push(scope);
    return 'entra';
  };
  const store = registryStoreAt(`${host}/models`, { identity });
  await readBytes(store.openManifest(digest));
  await readBytes(store.openManifest(digest));
  assert.deepEqual(asked, ['https://containerregistry.azure.net/.default']);
  const exchanges = seen.filter(({ url }) => url === '/oauth2/exchange');
  assert.deepEqual(
    exchanges.map(({ body }) => Object.fromEntries(new URLSearchParams(body))),
    [{ grant_type: 'access_token', service: 'my.azurecr.io', access_token: 'entra' }],
  );
  const tokens = seen.filter(({ url }) => url === '/oauth2/token');
  assert.equal(tokens.length, 2);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(tokens[0]?.body)), {
    grant_type: 'refresh_token',
    service: 'my.azurecr.io',
    scope: 'repository:models:pull',
    client_id: 'mops-cold',
    refresh_token: longLived,
  });
});

test('a refresh token that has expired, or that is refused, is replaced', async (t) => {
  const tokens = [jwt({ exp: 1 }), 'opaque-2', 'opaque-3'];
  let refused = '';
  const { host, seen } = await azureRegistry(t, {
    refreshToken: (count) => tokens[count - 1] ?? '',
    takes: (token) => token !== refused,
  });
  const store = registryStoreAt(`${host}/models`, { identity: async () => 'entra' });
  const exchanges = () => seen.filter(({ url }) => url === '/oauth2/exchange').length;
  for (const [refuse, count] of [
    ['', 1],
    ['', 2],
    ['', 2],
    ['opaque-2', 3],
  ] as const) {
    refused = refuse;
    await readBytes(store.openManifest(digest));
    assert.equal(exchanges(), count);
  }
});

test('without an identity anybody may still read, where anybody may', async (t) => {
  const { host, seen } = await azureRegistry(t, { anonymous: true });
  await readBytes(registryStoreAt(`${host}/models`).openManifest(digest));
  assert.equal(
    seen.some(({ url }) => url === '/oauth2/exchange'),
    false,
  );
});

test('when nothing opens the registry, the reason of the identity is told', async (t) => {
  const refusing = await azureRegistry(t, { exchangeStatus: 401 });
  const identity = async () => 'entra-secret';
  await assert.rejects(
    registryStoreAt(`${refusing.host}/models`, { identity }).openManifest(digest),
    (error: Error) => {
      assert.equal(error.name, 'BundleUnavailable');
      assert.match(
        error.message,
        /the registry did not take the managed identity \(127\.0\.0\.1:\d+ answered 401\)/,
      );
      assert.match(error.message, /give the app's identity the role AcrPull/);
      assert.doesNotMatch(error.message, /entra-secret/);
      return true;
    },
  );
  const { host } = await azureRegistry(t);
  await assert.rejects(registryStoreAt(`${host}/models`).openManifest(digest), {
    name: 'BundleUnavailable',
    message: /there is no managed identity \(no identity in tests\)/,
  });
});

test('an identity service that is in trouble is trouble that may pass', async (t) => {
  const { host } = await azureRegistry(t);
  let asked = 0;
  const identity = async () => {
    asked += 1;
    if (asked < 3) throw Object.assign(new Error('busy'), { statusCode: 503 });
    return 'entra';
  };
  assert.deepEqual(
    await readBytes(registryStoreAt(`${host}/models`, { identity }).openManifest(digest)),
    manifest,
  );
});

test("the identity's token goes to no registry of another kind", async (t) => {
  const { host, seen } = await startScriptedServer(t, (request, response) => {
    if (request.url.startsWith('/token')) return response.writeHead(401).end();
    response
      .writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token"` })
      .end();
    return;
  });
  const identity = async () => assert.fail('the identity was asked');
  await assert.rejects(registryStoreAt(`${host}/models`, { identity }).openManifest(digest), {
    name: 'BundleUnavailable',
    message: /a managed identity opens only Azure Container Registry/,
  });
  assert.equal(
    seen.some(({ method }) => method === 'POST'),
    false,
  );
});

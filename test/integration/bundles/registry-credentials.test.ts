import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { readBytes } from '../../fixtures/bundles/read-bytes.js';
import { registryStoreAt } from '../../fixtures/bundles/registry-store-at.js';
import { startScriptedServer } from '../../fixtures/bundles/start-scripted-server.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const manifest = Buffer.from('{}');
const digest = sha256(manifest);
const make = temporaryFolders();

/** A registry that takes any credentials, and offers what `challenge` says. */
async function openRegistry(t: TestContext, challenge: 'Basic' | 'Bearer') {
  return startScriptedServer(t, ({ url, headers }, response) => {
    if (url.startsWith('/token')) {
      response.writeHead(200).end('{"token":"good"}');
    } else if (headers.authorization !== undefined) {
      response.writeHead(200).end(manifest);
    } else {
      const offered =
        challenge === 'Basic' ? 'Basic realm="x"' : `Bearer realm="http://${headers.host}/token",service="s"`;
      response.writeHead(401, { 'www-authenticate': offered }).end();
    }
  });
}

async function dockerConfig(content: unknown, files: Record<string, string> = {}): Promise<string> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return make({ 'config.json': text, ...files });
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('Docker keeps a login under several names and in several forms', async (t) => {
  const { host, seen } = await openRegistry(t, 'Basic');
  for (const [entry, key] of [
    [{ auth: base64('me:pass:word') }, host],
    [{ auth: base64('me:pass:word\0\0') }, `https://${host}`],
    [{ username: 'me', password: 'pass:word' }, `https://${host}/v1/`],
    [{ username: 'me', password: 'pass:word', auth: '' }, `http://${host}/v2/`],
  ] as const) {
    const folder = await dockerConfig({ auths: { 'elsewhere.io': { auth: base64('a:b') }, [key]: entry } });
    const store = registryStoreAt(`${host}/models`, { env: { DOCKER_CONFIG: folder } });
    await readBytes(store.openManifest(digest));
    assert.equal(seen.at(-1)?.headers.authorization, `Basic ${base64('me:pass:word')}`, key);
  }
});

test('the environment comes before Docker, and half of it is refused', async (t) => {
  const { host, seen } = await openRegistry(t, 'Basic');
  const folder = await dockerConfig({ auths: { [host]: { auth: base64('docker:d') } } });
  const env = { DOCKER_CONFIG: folder, REGISTRY_USERNAME: 'env', REGISTRY_PASSWORD: 'e' };
  await readBytes(registryStoreAt(`${host}/models`, { env }).openManifest(digest));
  assert.equal(seen.at(-1)?.headers.authorization, `Basic ${base64('env:e')}`);
  assert.throws(() => registryStoreAt(host, { env: { REGISTRY_USERNAME: 'env' } }), {
    name: 'Error',
    message: 'REGISTRY_USERNAME is set and REGISTRY_PASSWORD is not: set both, or none.',
  });
});

test('an identity token is posted to the token service as a refresh token', async (t) => {
  const { host, seen } = await openRegistry(t, 'Bearer');
  const auth = base64('00000000-0000-0000-0000-000000000000:');
  const folder = await dockerConfig({ auths: { [host]: { auth, identitytoken: 'refresh me' } } });
  await readBytes(registryStoreAt(`${host}/models`, { env: { DOCKER_CONFIG: folder } }).openManifest(digest));
  const posted = seen.find(({ url }) => url === '/token');
  assert.equal(posted?.method, 'POST');
  assert.equal(posted?.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.deepEqual(Object.fromEntries(new URLSearchParams(posted?.body)), {
    grant_type: 'refresh_token',
    service: 's',
    scope: 'repository:models:pull',
    client_id: 'mops-cold',
    refresh_token: 'refresh me',
  });
});

test('a registry token is shown as it is', async (t) => {
  const { host, seen } = await openRegistry(t, 'Bearer');
  const folder = await dockerConfig({ auths: { [host]: { registrytoken: 'as-it-is' } } });
  await readBytes(registryStoreAt(`${host}/models`, { env: { DOCKER_CONFIG: folder } }).openManifest(digest));
  assert.equal(seen.at(-1)?.headers.authorization, 'Bearer as-it-is');
  assert.equal(
    seen.some(({ url }) => url.startsWith('/token')),
    false,
  );
});

const helper = (answer: string, exitCode = 0) => `#!/bin/sh
read server
printf '%s' "$server" > "$0.asked"
cat <<'END'
${answer}
END
exit ${exitCode}
`;

async function withHelper(config: (host: string) => object, host: string, script: string) {
  const folder = await dockerConfig(config(host), { 'docker-credential-tests*': script });
  const env = { DOCKER_CONFIG: folder, PATH: `${folder}:/usr/bin:/bin` };
  return registryStoreAt(`${host}/models`, { env });
}

test('a credential helper is asked, for one host or for all', async (t) => {
  const { host, seen } = await openRegistry(t, 'Basic');
  for (const config of [
    (name: string) => ({ credHelpers: { [name]: 'tests' }, credsStore: 'absent' }),
    () => ({ credsStore: 'tests' }),
  ]) {
    const script = helper(JSON.stringify({ ServerURL: host, Username: 'me', Secret: 'kept' }));
    await readBytes((await withHelper(config, host, script)).openManifest(digest));
    assert.equal(seen.at(-1)?.headers.authorization, `Basic ${base64('me:kept')}`);
  }
});

test('the user name <token> of a helper means an identity token', async (t) => {
  const { host, seen } = await openRegistry(t, 'Bearer');
  const script = helper('{"Username":"<token>","Secret":"refresh"}');
  await readBytes((await withHelper(() => ({ credsStore: 'tests' }), host, script)).openManifest(digest));
  assert.match(seen.find(({ url }) => url === '/token')?.body ?? '', /refresh_token=refresh$/);
});

test('a helper that keeps nothing leaves us without credentials', async (t) => {
  const { host } = await openRegistry(t, 'Basic');
  const script = helper('credentials not found in native keychain', 1);
  await assert.rejects(
    (await withHelper(() => ({ credsStore: 'tests' }), host, script)).openManifest(digest),
    {
      name: 'BundleUnavailable',
      message: /docker-credential-tests and .*config\.json have none for 127\.0\.0\.1:\d+/,
    },
  );
});

test('a helper that fails, lies or is not there is named, without its output', async (t) => {
  const { host } = await openRegistry(t, 'Basic');
  for (const [script, config, reason] of [
    [
      helper('{"Secret":"hunter2"}', 3),
      'tests',
      /docker-credential-tests ended with exit code 3\. Repair it/,
    ],
    [helper('hunter2'), 'tests', /did not answer with Username and Secret in JSON/],
    [helper(''), 'absent', /docker-credential-absent is not on PATH/],
    [helper(''), '../tests', /is not the name of a credential helper/],
  ] as const) {
    const store = await withHelper(() => ({ credsStore: config }), host, script);
    await assert.rejects(store.openManifest(digest), (error: Error) => {
      assert.match(error.message, reason);
      assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /hunter2/);
      return true;
    });
  }
});

test('a configuration that Docker would not understand is named, without its content', async (t) => {
  const { host } = await openRegistry(t, 'Basic');
  for (const [content, reason] of [
    ['{"auths": hunter2}', /config\.json: it is not JSON\. Repair it, or remove it\./],
    [{ auths: { [host]: { auth: ['hunter2'] } } }, /it is not valid: .*expected string, received array/],
    [{ auths: { [host]: { auth: base64('hunter2') } } }, /is not user:password in base64/],
  ] as const) {
    const env = { DOCKER_CONFIG: await dockerConfig(content) };
    await assert.rejects(registryStoreAt(`${host}/models`, { env }).openManifest(digest), (error: Error) => {
      assert.equal(error.name, 'BundleUnavailable');
      assert.match(error.message, reason);
      assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /hunter2|aHVudGVyMg/);
      return true;
    });
  }
});

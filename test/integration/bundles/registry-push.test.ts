import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { registryStoreAt } from '../../fixtures/bundles/registry-store-at.js';
import { startScriptedServer } from '../../fixtures/bundles/start-scripted-server.js';

const content = Buffer.from('0123456789');
const blob = { digest: sha256(content), size: content.length };

test('a manifest is stored by its digest and by a tag', async (t) => {
  const { host, seen } = await startScriptedServer(t, (_request, response) => response.writeHead(201).end());
  const manifest = Buffer.from('{"schemaVersion":2}');
  const expected = { digest: sha256(manifest), size: manifest.length };
  const store = registryStoreAt(`${host}/models`);
  await store.target({}).putManifest(expected, manifest);
  await store.target({ tag: 'v1' }).putManifest(expected, manifest);
  const path = (name: string) => `PUT /v2/models/manifests/${name}`;
  const hex = expected.digest.slice('sha256:'.length);
  assert.deepEqual(
    seen.map(({ method, url }) => `${method} ${url}`),
    [path(expected.digest), path(`bundle-${hex.slice(0, 12)}`), path(expected.digest), path('v1')],
  );
  for (const { headers, body } of seen) {
    assert.equal(headers['content-type'], 'application/vnd.oci.image.manifest.v1+json');
    assert.equal(body, manifest.toString());
  }
});

test('a registry that stores a manifest otherwise than it was given is found out', async (t) => {
  const { host } = await startScriptedServer(t, (_request, response) =>
    response.writeHead(201, { 'docker-content-digest': sha256(Buffer.from('other')) }).end(),
  );
  await assert.rejects(
    registryStoreAt(`${host}/models`).target({}).putManifest(blob, content),
    /the registry stored it as sha256:/,
  );
});

test('what answers everything is no registry', async (t) => {
  const { host } = await startScriptedServer(t, (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
  );
  const target = registryStoreAt(`${host}/models`).target({});
  await assert.rejects(
    target.lacking([blob], blob.digest),
    /what answers there is no registry \(of a manifest it says text\/html/,
  );
});

test('only what a registry says it does not have is lacking', async (t) => {
  const other = { digest: sha256(Buffer.from('x')), size: 1 };
  const { host, seen } = await startScriptedServer(t, ({ url }, response) =>
    response.writeHead(url.includes(blob.digest) ? 200 : 404).end(),
  );
  const target = registryStoreAt(`${host}/models`).target({});
  assert.deepEqual(await target.lacking([blob, other, other], other.digest), [other]);
  assert.equal(seen.length, 3, 'the manifest, and each blob once');
  assert.deepEqual(await target.lacking([other], blob.digest), []);
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { readBytes } from '../../fixtures/bundles/read-bytes.js';
import { registryStoreAt } from '../../fixtures/bundles/registry-store-at.js';
import { startScriptedServer } from '../../fixtures/bundles/start-scripted-server.js';

const manifest = Buffer.from('{}');
const digest = sha256(manifest);

/** A registry that has everything in one repository, and answers otherwise with a status. */
async function registryWith(t: TestContext, repository: string, otherwise = 404) {
  const server = await startScriptedServer(t, ({ url }, response) => {
    if (url.startsWith(`/v2/${repository}/manifests/`) || url.startsWith(`/v2/${repository}/blobs/`)) {
      response.end(manifest);
    } else {
      response.writeHead(otherwise).end();
    }
  });
  const asked = () =>
    server.seen.map(({ url }) => url.replace(/^\/v2\/(.*)\/(manifests|blobs)\/.*$/, '$2 $1'));
  return { ...server, asked };
}

test('a repository is looked for below the path of the setting, then by its own name; blobs come from where it was', async (t) => {
  const { host, asked } = await registryWith(t, 'sir');
  const store = registryStoreAt(`${host}/team`);
  await readBytes(store.openManifest(`sir@${digest}`));
  await readBytes(store.openBlob(`sir@${digest}`, digest));
  assert.deepEqual(asked(), ['manifests team/sir', 'manifests sir', 'blobs sir']);
});

test('a repository that is the end of the setting is looked for there first', async (t) => {
  const { host, asked } = await registryWith(t, 'none');
  assert.equal(await registryStoreAt(`${host}/team/sir`).openManifest(`sir@${digest}`), undefined);
  assert.deepEqual(asked(), ['manifests team/sir', 'manifests team/sir/sir', 'manifests sir']);
});

test('a repository with the host of the registry is looked for nowhere else', async (t) => {
  const { host, asked } = await registryWith(t, 'none');
  assert.equal(await registryStoreAt(`${host}/team`).openManifest(`${host}/sir@${digest}`), undefined);
  assert.deepEqual(asked(), ['manifests sir']);
});

test('a registry that denies what does not exist is asked for the next repository', async (t) => {
  const first = await registryWith(t, 'sir', 403);
  const store = registryStoreAt(`${first.host}/team`);
  assert.deepEqual(await readBytes(store.openManifest(`sir@${digest}`)), manifest);
  const denying = await registryWith(t, 'none', 403);
  await assert.rejects(registryStoreAt(`${denying.host}/team`).openManifest(`sir@${digest}`), {
    name: 'BundleUnavailable',
    message: /^Cannot read manifests\/.* of team\/sir: .* answered 403\. Set REGISTRY_USERNAME/,
  });
});

test('the accepted types of a manifest include lists, so that they are refused as such', async (t) => {
  const { host, seen } = await registryWith(t, 'sir');
  await readBytes(registryStoreAt(`${host}/sir`).openManifest(digest));
  assert.match(String(seen[0]?.headers.accept), /image\.manifest\.v1\+json, .*image\.index\.v1\+json/);
});

test('no host that a reference names is ever sent anything', async (t) => {
  const own = await registryWith(t, 'sir');
  const foreign = await registryWith(t, 'sir');
  const store = registryStoreAt(`${own.host}/team`);
  for (const name of [
    `${foreign.host}/sir`,
    'localhost/sir',
    'docker.io/sir',
    'a.b:99999/sir',
    'LOCALHOST:1/sir',
  ]) {
    await assert.rejects(store.openManifest(`${name}@${digest}`), {
      name: 'BundleUnavailable',
      message: new RegExp(
        `it names the registry ${name.split('/')[0]}, this app uses ${own.host} \\(MODELOPS_BUNDLE_REGISTRY\\)`,
      ),
    });
  }
  assert.equal(own.seen.length + foreign.seen.length, 0);
});

test('hosts are compared as hosts: upper case, the usual port, the names of Docker Hub', async () => {
  const controller = new AbortController();
  controller.abort(new Error('asked'));
  for (const [setting, host] of [
    ['My.Registry', 'my.REGISTRY'],
    ['my.registry', 'my.registry:443'],
    ['docker.io/x', 'index.docker.io'],
  ] as const) {
    const store = registryStoreAt(setting, { insecure: false, signal: controller.signal });
    await assert.rejects(store.openManifest(`${host}/sir@${digest}`), /^Error: asked$/, host);
  }
});

test('a reference that says too little is refused with what to write', async () => {
  await assert.rejects(registryStoreAt('my.registry').openManifest(digest), {
    name: 'BundleUnavailable',
    message: /names no repository, and neither does MODELOPS_BUNDLE_REGISTRY.* Write repository@sha256:/,
  });
  await assert.rejects(registryStoreAt('my.registry').openManifest(`Sir@${digest}`), {
    name: 'BundleUnavailable',
    message: /"Sir" is not the name of a repository\. Write it in lower case/,
  });
});

test('a repository to push to or to list must be one that can exist', async () => {
  const store = registryStoreAt('my.registry');
  for (const [options, message] of [
    [
      {},
      /without a repository: name one \(--repository\), or set MODELOPS_BUNDLE_REGISTRY to "my\.registry\/<repository>"/,
    ],
    [{ repository: 'Sir' }, /Cannot use the repository "Sir": a name is lower-case/],
    [{ repository: 'a//b' }, /Cannot use the repository "a\/\/b"/],
    [{ repository: 'other.io/a' }, /it names the registry other\.io\. Write "a"/],
    [{ repository: 'a', tag: '.x' }, /with the tag "\.x": a tag is up to 128/],
  ] as const) {
    assert.throws(() => store.target(options), { name: 'Error', message });
  }
  await assert.rejects(store.list(), /without a repository/);
  assert.equal(store.target({ repository: 'a/b' }).refOf(digest), `a/b@${digest}`);
  assert.equal(registryStoreAt('my.registry/a').target({ repository: 'b' }).refOf(digest), `b@${digest}`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { registryStoreAt } from '../../fixtures/bundles/registry-store-at.js';
import { startScriptedServer } from '../../fixtures/bundles/start-scripted-server.js';

const [one, two] = [Buffer.from('1'), Buffer.from('2')];

test('a list goes on as long as the registry links to more of it', async (t) => {
  const pages: Record<string, { tags: string[] | null; link?: string }> = {
    '/v2/models/tags/list?n=1000': {
      tags: ['a', 'b'],
      link: '</v2/models/tags/list?last=b&n=2>; rel="next"',
    },
    '/v2/models/tags/list?last=b&n=2': {
      tags: ['c', 'gone'],
      link: '<https://evil.example/v2/models/tags/list?last=c>; rel=next',
    },
    // The last page, and one that points back.
    '/v2/models/tags/list?last=c': { tags: null, link: '</v2/models/tags/list?last=b&n=2>; rel="next"' },
  };
  const { host, seen } = await startScriptedServer(t, ({ method, url }, response) => {
    const page = pages[url];
    const tag = url.split('/').at(-1);
    if (page) {
      response.writeHead(200, page.link === undefined ? {} : { link: page.link }).end(JSON.stringify(page));
    } else if (tag === 'gone') {
      response.writeHead(404).end();
    } else if (tag === 'c') {
      // Not every registry says the digest.
      response.writeHead(200).end(method === 'GET' ? two : undefined);
    } else {
      response.writeHead(200, { 'docker-content-digest': sha256(one) }).end();
    }
  });
  assert.deepEqual(await registryStoreAt(`${host}/models`).list(), [
    { ref: sha256(one), tags: ['a', 'b'] },
    { ref: sha256(two), tags: ['c'] },
  ]);
  assert.equal(seen.filter(({ url }) => url.includes('tags/list')).length, 3);
});

test('an answer that is no list of tags is told as that', async (t) => {
  const { host } = await startScriptedServer(t, (_request, response) => response.end('<html>'));
  await assert.rejects(registryStoreAt(`${host}/models`).list(), {
    name: 'Error',
    message:
      /^Cannot list the tags of models: the answer is no list of tags\. See whether MODELOPS_BUNDLE_REGISTRY/,
  });
});

test('a list that breaks off is asked for again', async (t) => {
  const { host, seen } = await startScriptedServer(t, (_request, response, count) => {
    if (count > 1) response.end('{"tags":[]}');
    else response.writeHead(200, { 'content-length': '100' }).write('{"tags":', () => response.destroy());
  });
  assert.deepEqual(await registryStoreAt(`${host}/models`).list(), []);
  assert.equal(seen.length, 2);
});

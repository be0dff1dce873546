import assert from 'node:assert/strict';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { cachedBundles } from '../../fixtures/bundles/cached-bundles.js';
import { hexOf, stand, use } from './cache-stand.js';

test('the bundle used longest ago makes room for a new one', async () => {
  const { refs, folder, cache } = await stand({ names: ['a', 'b', 'c'], limitBytes: 2_000 });
  const [a = '', b = '', c = ''] = refs;
  await use(cache, a);
  await use(cache, b);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(join(folder, 'entries', `${hexOf(b)}.json`), longAgo, longAgo);
  await use(cache, a);
  await use(cache, c);
  assert.deepEqual(await cachedBundles(folder), { bundles: [hexOf(a), hexOf(c)].sort(), unfinished: [] });
  assert.deepEqual(
    (await readdir(join(folder, 'entries'))).sort(),
    [a, c].map((ref) => `${hexOf(ref)}.json`).sort(),
  );
});

test('a bundle in use makes no room, not even for another process; one that was released does', async () => {
  const { refs, folder, open } = await stand({ names: ['a', 'b', 'c'], limitBytes: 1_000 });
  const [a = '', b = '', c = ''] = refs;
  const held = await open().ensureLocal(a);
  await use(open(), b); // a cache of its own, as another process has
  assert.ok((await cachedBundles(folder)).bundles.includes(hexOf(a)));
  assert.equal((await packBundle(held.path)).digest, a);
  await held.release();
  await use(open(), c);
  assert.deepEqual((await cachedBundles(folder)).bundles, [hexOf(c)]);
});

test('a bundle that two hold stays until both have released it', async () => {
  const { refs, folder, cache } = await stand({ names: ['a', 'b'], limitBytes: 1_000 });
  const [a = '', b = ''] = refs;
  const [first, second] = [await cache.ensureLocal(a), await cache.ensureLocal(a)];
  await first.release();
  await first.release();
  await use(cache, b);
  assert.ok((await cachedBundles(folder)).bundles.includes(hexOf(a)));
  await second.release();
  assert.deepEqual(await readdir(join(folder, 'leases')), []);
});

test('what a killed process held makes room again after a while', async () => {
  const { refs, folder, cache } = await stand({ names: ['a', 'b'], limitBytes: 1_000 });
  const [a = '', b = ''] = refs;
  await use(cache, a);
  const lease = join(folder, 'leases', `${hexOf(a)}.of-a-killed-process`);
  await writeFile(lease, '');
  const longAgo = new Date(Date.now() - 120_000);
  await utimes(lease, longAgo, longAgo);
  await use(cache, b);
  assert.deepEqual((await cachedBundles(folder)).bundles, [hexOf(b)]);
});

test('a bundle that could never fit is unavailable, and says the limit', async () => {
  const { cache, ref, folder } = await stand({ limitBytes: 999 });
  await assert.rejects(cache.ensureLocal(ref), (error) => {
    assert.ok(error instanceof BundleUnavailable);
    assert.match(
      error.message,
      /its files are 1000 bytes, and the cache may hold 999 \(MODELOPS_BUNDLES_CACHE_BYTES\)/,
    );
    return true;
  });
  assert.deepEqual(await cachedBundles(folder), { bundles: [], unfinished: [] });
});

test('several bundles that come at the same time stay within the limit', async () => {
  const { refs, folder, open } = await stand({ names: ['a', 'b', 'c', 'd'], limitBytes: 1_500 });
  await Promise.all(refs.map((ref) => use(open(), ref)));
  await use(open(), refs[0] ?? '');
  assert.equal((await cachedBundles(folder)).bundles.length, 1);
});

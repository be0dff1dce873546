import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { createBundleCache } from '../../../src/bundles/cache/create-bundle-cache.js';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../../src/bundles/push-bundle.js';
import { cachedBundles } from '../../fixtures/bundles/cached-bundles.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const script = (name: string) => fileURLToPath(new URL(`../../fixtures/bundles/${name}.js`, import.meta.url));

async function pushed() {
  const store = await make();
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`data/${i}.bin`, Buffer.alloc(50_000, i)]),
  );
  const source = await make({ 'wire.py': 'w', ...files });
  const { ref } = await pushBundle(await packBundle(source), createFolderStore(store).target({}));
  return { store, ref, cache: await make() };
}

test('eight processes that ask at once for one new bundle fetch it once', async () => {
  const { store, ref, cache } = await pushed();
  const log = join(await make(), 'log');
  await writeFile(log, '');
  const asked = Array.from({ length: 8 }, () =>
    execa('node', [script('counting-source'), ref, store, cache, log]),
  );
  const paths = (await Promise.all(asked)).map(({ stdout }) => stdout);
  assert.equal(new Set(paths).size, 1);
  assert.equal((await packBundle(paths[0] ?? '')).digest, ref);
  const read = (await readFile(log, 'utf8')).trim().split('\n');
  assert.equal(read.filter((line) => line === 'manifest').length, 1);
  assert.equal(read.length, new Set(read).size, 'no file is read twice');
  assert.deepEqual((await cachedBundles(cache)).unfinished, []);
  assert.deepEqual([await readdir(join(cache, 'locks')), await readdir(join(cache, 'leases'))], [[], []]);
});

// They wait for what a killed process leaves to go stale, all at the same time.
describe('a process that was killed', { concurrency: true }, () => {
  for (const phase of ['manifest', 'list', 'file 1', 'file 30', 'end']) {
    test(`at the ${phase} of a bundle is no obstacle, and leaves nothing`, async () => {
      const { store, ref, cache } = await pushed();
      const killed = execa('node', [script('stopping-source'), ref, store, cache, phase], { reject: false });
      await once(killed.stdout, 'data');
      killed.kill('SIGKILL');
      await killed;

      const again = createBundleCache({
        source: createFolderStore(store),
        folder: cache,
        limitBytes: 2 ** 30,
      });
      const bundle = await again.ensureLocal(ref);
      assert.equal((await packBundle(bundle.path)).digest, ref);
      await bundle.release();
      assert.deepEqual(await cachedBundles(cache), { bundles: [ref.slice(7)], unfinished: [] });
      assert.deepEqual(await readdir(join(cache, 'locks')), []);
      assert.deepEqual(await readdir(join(cache, 'entries')), [`${ref.slice(7)}.json`]);
    });
  }
});

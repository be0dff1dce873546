import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { type BundleStand, startBundleStand } from './bundle-stand.js';

const make = temporaryFolders();
let stand: BundleStand;
before(async () => {
  stand = await startBundleStand();
});
after(() => stand.stop());

test('what a run keeps in the folder of its model does not become part of it, and takes nothing out of it', async () => {
  const folder = await make({
    'wire.py': 'def wire(*task): return {"a": open("data/pop.csv").read()}\n',
    'data/pop.csv': '1',
  });
  const { digest } = await packBundle(folder);
  for (const to of [folder, join(folder, 'data'), join(folder, 'new')]) {
    const args = ['--bundle', folder, '--entrypoint', 'models.sir/x', '--to', to];
    assert.equal((await stand.cli('run', ...args)).exitCode, 0);
    assert.equal((await packBundle(folder)).digest, digest, to);
  }
});

test('a task runs here straight from a folder, without any store, within the limits of its bundle', async () => {
  const folder = await make({
    'wire.py': 'import time\ndef wire(*task): time.sleep(60)\n',
    '.modelops/manifest.json': '{"timeout_seconds": 0.5}',
  });
  const { exitCode, stdout } = await stand.cli(
    'run',
    '--bundle',
    folder,
    '--entrypoint',
    'models.sir/baseline',
  );
  assert.equal(exitCode, 3);
  assert.match(stdout, /timed-out .*\n.*its time limit is 0\.5 s(econds)? \(the bundle's timeout_seconds\)/);
});

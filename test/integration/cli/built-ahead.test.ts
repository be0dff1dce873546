import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type PackageIndex, startPackageIndex } from '../../fixtures/environments/package-index.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { type CliStand, startStand } from './stand.js';

const make = temporaryFolders();
let stand: CliStand;
let index: PackageIndex;
before(async () => {
  index = await startPackageIndex(await make(), [{ name: 'mopsahead', version: '1.2' }]);
  stand = await startStand({ MODELOPS_INDEX_URL: index.url, PIP_RETRIES: '0' });
  await stand.storage.queue.createIfNotExists();
});
after(async () => {
  await stand.stop();
  await index.close();
});

test('what runs here fetches an environment that was built ahead, as the app does', async () => {
  const folder = await make({
    'pyproject.toml': '[project]\nname = "m"\nversion = "1"\ndependencies = ["mopsahead==1.2"]\n',
    'wire.py':
      'import mopsahead\ndef wire(entrypoint, params, seed): return {"version": mopsahead.version.encode()}\n',
  });
  const built = await stand.cli('bundle', 'build', folder, '--json');
  assert.equal(built.exitCode, 0, built.stderr);
  const { ref } = JSON.parse(built.stdout);
  index.answers = () => 500;
  const named = ['--entrypoint', 'models.sir/baseline', '--bundle'];
  for (const args of [
    ['run', ...named, ref],
    ['submit', ...named, ref, '--grid', 'x=1', '--try'],
    ['submit', ...named, folder, '--grid', 'x=1', '--try'],
  ]) {
    await rm(join(stand.folder, 'venvs'), { recursive: true });
    const { exitCode, stderr, stdout } = await stand.cli(...args);
    assert.equal(exitCode, 0, stderr + stdout);
    assert.doesNotMatch(stderr, /Cannot use the environment/);
  }
});

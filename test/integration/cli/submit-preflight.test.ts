import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createPackedSource } from '../../../src/bundles/pack/create-packed-source.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { readSettings } from '../../../src/config/read-settings.js';
import { openCache } from '../../../src/connections/open-bundles.js';
import { preflight } from '../../../src/preflight/preflight.js';
import { type BundleStand, bundleWith, startBundleStand } from './bundle-stand.js';

let stand: BundleStand;
before(async () => {
  stand = await startBundleStand();
});
after(() => stand.stop());

test('submit elsewhere says what cannot be read of the requirements, and goes on', async () => {
  const folder = await bundleWith({ 'requirements.txt': '-r base.txt\n' });
  const { settings } = readSettings(stand.env);
  const packed = await packBundle(folder);
  const bundles = openCache(settings, createPackedSource(packed, folder));
  const names = { entrypoints: [], targets: [] };
  const request = { settings, bundles, bundleRef: packed.digest, names, isTheApps: false };
  const findings = await preflight(request, AbortSignal.timeout(60_000));
  assert.deepEqual(
    findings.map(({ name, state }) => `${name} ${state}`),
    ['Bundle ok', 'Python unchecked', 'Wire function ok', 'Imported ahead ok'],
  );
  assert.match(findings[1]?.found ?? '', /refers to base\.txt, which does not exist/);
});

for (const [what, files, message] of [
  [
    'a missing module',
    { 'wire.py': 'import starsim\n' },
    /Wire function: it cannot be imported: .*No module named 'starsim'/,
  ],
  ['no wire function', { 'wire.py': 'x = 1\n' }, /'wire\.py:wire' is not a function/],
  [
    'a package that is not installed',
    { 'requirements.txt': 'starsim>=3.0.4\n' },
    /Python: .*starsim>=3\.0\.4 is not installed/,
  ],
  [
    'a Python that it cannot run in',
    { 'pyproject.toml': '[project]\nname = "m"\nrequires-python = ">=4"\n' },
    /Python: .*pyproject\.toml requires >=4/,
  ],
  [
    'a misspelt key',
    { '.modelops/manifest.json': '{"requires_fresh": true}' },
    /Bundle: .*requires_fresh is not a field/,
  ],
  [
    'an entrypoint that is not there',
    { 'models/seir.py': '' },
    /Entrypoint: models\.sir\/baseline cannot be imported: there is no sir in models/,
  ],
] as [string, Record<string, string>, RegExp][]) {
  test(`submit refuses a bundle with ${what}, and sends nothing`, async () => {
    await stand.storage.queue.createIfNotExists();
    await stand.storage.queue.clearMessages();
    const folder = await bundleWith(files);
    const args = ['--bundle', folder, '--entrypoint', 'models.sir/baseline', '--grid', 'x=1,2'];
    const { exitCode, stderr } = await stand.cli('submit', ...args);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^Cannot submit: no task of this bundle could run\. Nothing was sent\./m);
    assert.match(stderr, message);
    assert.equal((await stand.storage.queue.getProperties()).approximateMessagesCount, 0);
    const sent = await stand.cli('submit', ...args, '--no-preflight');
    assert.equal(sent.exitCode, 0, sent.stderr);
    assert.equal((await stand.storage.queue.getProperties()).approximateMessagesCount, 2);
  });
}

test('submit checks the targets that a study names, by function or by name of the registry', async () => {
  const folder = await bundleWith({
    'targets/prev.py': 'def f(results): return 0\n',
    '.modelops-bundle/registry.yaml':
      'targets: {prev: {path: targets/prev.py, entrypoint: "targets.prev:f"}}\n',
  });
  const submit = async (targets: string[]) => {
    const study = { model: 'models.sir', scenario: 'baseline', parameter_sets: [{ x: 1 }], targets };
    await writeFile(join(stand.folder, 'study.json'), JSON.stringify(study));
    return stand.cli('submit', 'study.json', '--bundle', folder);
  };
  assert.equal((await submit(['targets.prev:f', 'prev'])).exitCode, 0);
  const { exitCode, stderr } = await submit(['targets.prev:g', 'incidence']);
  assert.equal(exitCode, 1);
  assert.match(stderr, /Target: targets\.prev:g cannot be imported: there is no g in targets\.prev/);
  assert.match(
    stderr,
    /Target: incidence is neither "module:function" nor a target in the bundle's registry\.yaml/,
  );
});

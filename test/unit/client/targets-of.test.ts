import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetsOf } from '../../../src/client/targets-of.js';
import { readSettings } from '../../../src/config/read-settings.js';
import { namedBundle } from '../../../src/connections/named-bundle.js';
import { UsageError } from '../../../src/reporting/usage-error.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const { signal } = new AbortController();

async function targets(registry: string, names: string[]): Promise<string[]> {
  const folder = await make({ 'wire.py': '', '.modelops-bundle/registry.yaml': registry });
  const { settings } = readSettings({ MODELOPS_BUNDLES_DIR: folder });
  return targetsOf(names, await namedBundle(folder, settings, { env: {}, signal }), settings, signal);
}

test('targets are functions of the bundle, or names in its registry, each once', async () => {
  const registry = 'targets:\n  prevalence:\n    entrypoint: targets.all:prevalence\n';
  const names = ['prevalence', 'targets/deaths', 'targets.all:prevalence'];
  assert.deepEqual(await targets(registry, names), ['targets.all:prevalence', 'targets/deaths']);
  assert.deepEqual(await targets('targets: [', ['a:b']), ['a:b']);
});

test('a target that is neither is refused with what there is, and with what is wrong with the registry', async () => {
  const registry = 'targets:\n  prevalence:\n    entrypoint: targets:prevalence\n';
  for (const [of, name, said] of [
    [registry, 'deaths', /deaths is neither .* which has prevalence\. Register it/],
    ['models: {}', 'deaths', /deaths is neither .* registry\.yaml\. Register it/],
    ['targets: [', 'deaths', /deaths is neither .* cannot be read/],
    [registry, 'a:b:c', /the target a:b:c .* must be/],
  ] as const)
    await assert.rejects(targets(of, [name]), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, said);
      return true;
    });
});

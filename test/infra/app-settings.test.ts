import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRuntimeConfig } from '../../src/config/read-runtime-config.js';
import { packageRoot } from '../../src/package-root.js';
import { appOf } from './app-of.js';
import { infraFolder, snapshotNames } from './infra-folder.js';
import { readSnapshot } from './read-snapshot.js';

const dockerfile = readFileSync(join(infraFolder, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
const lastStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

/** What the image sets before any app setting. */
function imageEnvironment(): Record<string, string> {
  const assignments = [...lastStage.matchAll(/^ENV (.*)$/gm)].flatMap(([, text = '']) =>
    text.trim().split(/\s+/),
  );
  return Object.fromEntries(assignments.map((assignment) => assignment.split('=') as [string, string]));
}

for (const name of snapshotNames) {
  const snapshot = readSnapshot(name);
  const hasApp =
    [...snapshot.of('Microsoft.Web/sites'), ...snapshot.of('Microsoft.App/containerApps')].length > 0;
  if (!hasApp) continue;

  test(`the app takes what host.json, the image and ${name} set`, () => {
    const { settings, twice } = appOf(snapshot);
    assert.deepEqual(twice, []);
    const config = readRuntimeConfig({ ...imageEnvironment(), ...settings });
    assert.deepEqual(config.withoutEffect, [], 'every setting has a meaning');
    assert.equal(config.host.queues.newBatchThreshold, 0);
    assert.equal(
      String(config.host.queues.batchSize),
      settings.AzureFunctionsJobHost__extensions__queues__batchSize,
    );
    assert.ok(config.host.functionTimeoutMs !== null && config.taskTimeoutMs < config.host.functionTimeoutMs);
    assert.ok('account_url' in config.azureBackend, 'no key');
    assert.equal(config.settings.MODELOPS_QUEUE_NAME, readSnapshot(name).outputs.queue);
  });
}

test('what the image is built from is there', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(/\s+/),
  );
  assert.ok(copied.length > 5);
  for (const source of copied) assert.ok(existsSync(join(packageRoot, source)), source);
});

test('no setting of the image is set by the deployment to something else', () => {
  const image = imageEnvironment();
  assert.ok(image.MODELOPS_PYTHON);
  for (const name of snapshotNames.filter((each) => !each.includes('before-image'))) {
    const { settings } = appOf(readSnapshot(name));
    for (const [key, value] of Object.entries(image))
      assert.ok(settings[key] === undefined || settings[key] === value, `${name}: ${key}`);
  }
});

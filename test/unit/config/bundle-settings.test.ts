import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError } from '../../../src/config/configuration-error.js';
import { readBundlePlace } from '../../../src/config/read-bundle-place.js';
import { readRuntimeConfig } from '../../../src/config/read-runtime-config.js';
import { readSettings } from '../../../src/config/read-settings.js';

const placeOf = (env: NodeJS.ProcessEnv) => readBundlePlace(readSettings(env).settings);
const problemsOf = (read: () => unknown): string => {
  try {
    read();
    return '';
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.problems.join('\n');
  }
};

test('bundles are where the settings say, or where those of a place are given', () => {
  assert.deepEqual(placeOf({}), { kind: 'blob', container: 'bundles' });
  assert.deepEqual(placeOf({ MODELOPS_BUNDLES_DIR: '/srv/b' }), { kind: 'file', folder: '/srv/b' });
  assert.deepEqual(
    placeOf({ MODELOPS_BUNDLE_REGISTRY: 'x.azurecr.io/m', MODELOPS_BUNDLE_INSECURE: 'true' }),
    {
      kind: 'oci',
      registry: 'x.azurecr.io/m',
      insecure: true,
    },
  );
  const both = { MODELOPS_BUNDLES_DIR: '/srv/b', MODELOPS_BUNDLE_REGISTRY: 'x.azurecr.io' };
  assert.equal(placeOf({ ...both, MODELOPS_BUNDLE_SOURCE: 'file' }).kind, 'file');
  assert.match(
    problemsOf(() => placeOf(both)),
    /are both set: say by MODELOPS_BUNDLE_SOURCE/,
  );
});

test('a place without what it needs is a mistake in the configuration', () => {
  assert.match(
    problemsOf(() => placeOf({ MODELOPS_BUNDLE_SOURCE: 'oci' })),
    /set MODELOPS_BUNDLE_REGISTRY, as in/,
  );
  assert.match(
    problemsOf(() => placeOf({ MODELOPS_BUNDLE_SOURCE: 'file' })),
    /set MODELOPS_BUNDLES_DIR/,
  );
  assert.match(
    problemsOf(() => placeOf({ MODELOPS_BUNDLE_SOURCE: 'ftp' })),
    /MODELOPS_BUNDLE_SOURCE is "ftp"/,
  );
});

test('settings of another place are named as such', () => {
  const { withoutEffect } = readRuntimeConfig({
    AZURE_STORAGE_CONNECTION_STRING: 'UseDevelopmentStorage=true',
    MODELOPS_BUNDLE_SOURCE: 'blob',
    MODELOPS_BUNDLE_REGISTRY: 'x.azurecr.io',
    MODELOPS_BUNDLES_DIR: '/srv/b',
  });
  assert.deepEqual(
    withoutEffect.map((line) => line.replace(/:.*/, '')),
    ['MODELOPS_BUNDLE_REGISTRY', 'MODELOPS_BUNDLES_DIR'],
  );
});

test('a registry that is no address is said once, and a password in it never', () => {
  const wrong = problemsOf(() => readSettings({ MODELOPS_BUNDLE_REGISTRY: 'https://x.io' }));
  assert.match(
    wrong,
    /^MODELOPS_BUNDLE_REGISTRY is "https:\/\/x\.io": remove "https:\/\/"; it must be .*\.$/,
  );
  assert.equal(wrong.split('MODELOPS_BUNDLE_REGISTRY').length, 2);
  for (const value of ['ci:hunter2@x.io/models', 'https://ci:hunter2@x.io']) {
    const said = problemsOf(() => readSettings({ MODELOPS_BUNDLE_REGISTRY: value }));
    assert.doesNotMatch(said, /hunter2/);
    assert.match(said, /contains "@"/);
  }
});

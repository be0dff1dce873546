import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRuntimeConfig } from '../../src/config/read-runtime-config.js';
import { Settings } from '../../src/config/settings.js';
import { readHostConfiguration } from '../../src/host-settings/read-host-configuration.js';
import { packageRoot } from '../../src/package/package-root.js';
import { appOf } from './app-of.js';
import { snapshotNames } from './infra-folder.js';
import { imageEnvironment, readDockerfile } from './read-dockerfile.js';
import { readSnapshot } from './read-snapshot.js';

const namesWithApp = snapshotNames.filter((name) => !name.includes('before-image'));

for (const name of namesWithApp) {
  test(`the app takes what host.json, the image and ${name} set`, () => {
    const snapshot = readSnapshot(name);
    const { settings, twice } = appOf(snapshot);
    assert.deepEqual(twice, []);
    // Only a deployment knows this one.
    const connectionString = 'InstrumentationKey=00000000-0000-0000-0000-000000000001';
    const config = readRuntimeConfig({
      ...imageEnvironment(),
      ...settings,
      APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
    });
    const clientId = settings.AZURE_CLIENT_ID ?? '';
    assert.deepEqual(
      config.telemetry?.applicationInsights,
      { connectionString, clientId },
      'by its identity',
    );
    assert.deepEqual(config.withoutEffect, [], 'every setting has a meaning');
    assert.equal(config.host.queues.newBatchThreshold, 0);
    assert.equal(
      String(config.host.queues.batchSize),
      settings.AzureFunctionsJobHost__extensions__queues__batchSize,
    );
    assert.ok(config.host.functionTimeoutMs !== null && config.taskTimeoutMs < config.host.functionTimeoutMs);
    assert.ok('account_url' in config.azureBackend, 'no key');
    assert.equal(config.settings.MODELOPS_QUEUE_NAME, snapshot.outputs.queue);
  });
}

test('no setting of the image is set by the deployment to something else', () => {
  const image = imageEnvironment();
  assert.ok(image.MODELOPS_PYTHON);
  for (const name of namesWithApp) {
    const { settings } = appOf(readSnapshot(name));
    for (const [key, value] of Object.entries(image))
      assert.ok(settings[key] === undefined || settings[key] === value, `${name}: ${key}`);
  }
});

test('the port is one, from the host in the image to the platform', () => {
  const exposed = readDockerfile().find(({ keyword }) => keyword === 'EXPOSE')?.text;
  for (const name of namesWithApp) assert.equal(String(appOf(readSnapshot(name)).port), exposed, name);
});

test('the app lies where the image tells the host to look', () => {
  const folder = readDockerfile().findLast(({ keyword }) => keyword === 'WORKDIR')?.text;
  assert.equal(imageEnvironment().AzureWebJobsScriptRoot, folder);
});

/** Settings that the Functions host and the platforms have, and what they may be. */
const ofTheHost: Record<string, RegExp> = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: /^(ClientId=<clientId of id-[^>]+>;)?Authorization=AAD$/,
  APPLICATIONINSIGHTS_CONNECTION_STRING: /^<ConnectionString of appi-/,
  AzureWebJobsStorage__blobServiceUri: /^https:\/\/st\w+\.blob\.core\.windows\.net$/,
  AzureWebJobsStorage__clientId: /^<clientId of id-/,
  AzureWebJobsStorage__credential: /^managedidentity$/,
  AzureWebJobsStorage__queueServiceUri: /^https:\/\/st\w+\.queue\.core\.windows\.net$/,
  AzureWebJobsStorage__tableServiceUri: /^https:\/\/st\w+\.table\.core\.windows\.net$/,
  FUNCTIONS_EXTENSION_VERSION: /^~4$/,
  FUNCTIONS_WORKER_RUNTIME: /^node$/,
  WEBSITES_CONTAINER_START_TIME_LIMIT: /^\d+$/,
  WEBSITES_CONTAINER_STOP_TIME_LIMIT: /^\d+$/,
  WEBSITES_ENABLE_APP_SERVICE_STORAGE: /^false$/,
  WEBSITES_PORT: /^80$/,
  AzureFunctionsJobHost__logging__applicationInsights__samplingSettings__isEnabled: /^false$/,
};
const required = [
  ...['blobServiceUri', 'credential', 'queueServiceUri', 'tableServiceUri'].map(
    (of) => `AzureWebJobsStorage__${of}`,
  ),
  ...['AUTHENTICATION_STRING', 'CONNECTION_STRING'].map((of) => `APPLICATIONINSIGHTS_${of}`),
  ...['functionTimeout', 'extensions__queues__batchSize', 'extensions__queues__newBatchThreshold'].map(
    (of) => `AzureFunctionsJobHost__${of}`,
  ),
  ...['AZURE_STORAGE_ACCOUNT', 'QUEUE_NAME', 'AZURE_CONTAINER', 'JOBS_CONTAINER', 'BUNDLE_SOURCE'],
  ...['EXECUTOR_TYPE', 'TASK_TIMEOUT_SECONDS', 'RECYCLE_AFTER_TASKS', 'RECYCLE_AFTER_MINUTES'],
].map((name) => (name.includes('__') || name.startsWith('APPLICATION') ? name : `MODELOPS_${name}`));

for (const name of namesWithApp) {
  test(`${name} sets what the app, the host and the platform know, and nothing that they need is absent`, () => {
    const { settings } = appOf(readSnapshot(name));
    const host = readHostConfiguration(packageRoot, {});
    for (const [key, value] of Object.entries(settings)) {
      if (key in Settings.shape) continue;
      const inHostJson = key.replace('AzureFunctionsJobHost__', '').replaceAll('__', ':').toLowerCase();
      if (host.has(inHostJson)) continue;
      const may = ofTheHost[key];
      assert.ok(may, `${key} is a setting of nobody`);
      assert.match(value, may, key);
    }
    const userAssigned = name.startsWith('premium')
      ? ['AZURE_CLIENT_ID', 'AzureWebJobsStorage__clientId']
      : [];
    for (const key of [...required, ...userAssigned]) assert.ok(settings[key], `${key} is absent`);
    if (userAssigned.length === 0) {
      // With it, the scaler of Container Apps would not find the queue.
      assert.equal(settings.AZURE_CLIENT_ID ?? settings.AzureWebJobsStorage__clientId, undefined);
    }
  });
}

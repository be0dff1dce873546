import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passedVariables } from '../../../src/config/passed-variables.js';
import { readSettings } from '../../../src/config/read-settings.js';
import { baselineVariables } from '../../../src/contracts/environment/baseline-variables.js';
import { numpyChoices } from '../../../src/contracts/environment/numpy-choices.js';
import { threadCaps } from '../../../src/contracts/environment/thread-caps.js';

function passed(names: string, env: NodeJS.ProcessEnv = {}) {
  const own = { ...env, MODELOPS_TASK_ENV_PASS: names };
  return passedVariables(readSettings(own).settings, own);
}

test("the named variables of the app's environment are passed on, and no others", () => {
  const env = { SUMO_HOME: '/opt/sumo', LM_LICENSE_FILE: '27000@licences', OTHER: 'x' };
  assert.deepEqual(passed('SUMO_HOME, LM_LICENSE_FILE', env), {
    SUMO_HOME: '/opt/sumo',
    LM_LICENSE_FILE: '27000@licences',
  });
  assert.deepEqual(passed('', env), {});
});

for (const name of [
  'AZURE_STORAGE_CONNECTION_STRING',
  'AZURE_CLIENT_SECRET',
  'AzureWebJobsStorage',
  'AzureWebJobsStorage__accountName',
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'MSI_SECRET',
  'REGISTRY_PASSWORD',
  'DOCKER_CONFIG',
  'WEBSITE_AUTH_ENCRYPTION_KEY',
  'CONTAINER_ENCRYPTION_KEY',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'CUSTOMCONNSTR_main',
]) {
  test(`the app starts with no ${name} among what tasks get`, () => {
    assert.throws(
      () => passed(`SUMO_HOME,${name}`, { SUMO_HOME: '/opt/sumo' }),
      new RegExp(`MODELOPS_TASK_ENV_PASS .*${name} belongs to the app's own access .* leave it out`),
    );
  });
}

for (const name of Object.keys(threadCaps(1))) {
  test(`${name} is left to MODELOPS_THREADS_PER_TASK`, () => {
    assert.throws(() => passed(name, { [name]: '8' }), /set MODELOPS_THREADS_PER_TASK/);
  });
}

for (const name of [...Object.keys(baselineVariables('avx2')), ...numpyChoices]) {
  test(`${name} is left to MODELOPS_CPU_BASELINE`, () => {
    assert.throws(() => passed(name, { [name]: 'x' }), /set MODELOPS_CPU_BASELINE, or the task's own env/);
  });
}

test('what is reserved, not set or no name is refused', () => {
  assert.throws(() => passed('HOME', { HOME: '/root' }), /HOME is reserved: it points into/);
  assert.throws(() => passed('MODELOPS_ENV', { MODELOPS_ENV: 'test' }), /belong to the executor/);
  assert.throws(() => passed('PYTHONHASHSEED', { PYTHONHASHSEED: '1' }), /set it in the bundle's metadata/);
  assert.throws(() => passed('PYTHONPATH', { PYTHONPATH: '/lib' }), /is Python's own/);
  assert.throws(() => passed('SUMO HOME'), /SUMO HOME is no name of an environment variable/);
  assert.throws(() => passed('SUMO_HOME'), /names SUMO_HOME, which is not set here: set it, or leave/);
});

test("the connection of the queue is nobody's, whatever its name", () => {
  for (const name of ['Tasks', 'Tasks__queueServiceUri']) {
    assert.throws(
      () => passed(name, { MODELOPS_QUEUE_CONNECTION: 'Tasks', [name]: 'x' }),
      new RegExp(`names ${name}, which holds the queue's connection`),
    );
  }
});

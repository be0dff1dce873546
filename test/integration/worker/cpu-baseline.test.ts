import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRuntimeConfig } from '../../../src/config/read-runtime-config.js';
import { checkProcessor } from '../../../src/doctor/check-processor.js';
import { withLocalExecutor } from '../../../src/local-run/with-local-executor.js';
import { openWorker } from '../../../src/worker/open-worker.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';

const env = {
  MODELOPS_CPU_BASELINE: 'sse',
  AZURE_STORAGE_CONNECTION_STRING: 'UseDevelopmentStorage=true',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};
const refusal = /MODELOPS_CPU_BASELINE is "sse", which means something on x64 alone, and this is arm64/;

test('where a machine does not reach the baseline, no worker opens, no task runs, and doctor says so', async () => {
  const { arch } = process;
  Object.defineProperty(process, 'arch', { value: 'arm64' });
  try {
    const config = readRuntimeConfig(env);
    const python = bareEnvironment();
    const environments = {
      base: async () => python,
      forBundle: async () => python,
      keep: async () => undefined,
    };
    await assert.rejects(openWorker(config, { environments, python }, '4.1048.0', env), {
      name: 'ConfigurationError',
      message: refusal,
    });
    const ran = withLocalExecutor(config.settings, bareEnvironment(), async () => assert.fail('it ran'));
    await assert.rejects(ran, { name: 'ConfigurationError', message: refusal });
    const { state, found } = await checkProcessor(config.settings);
    assert.equal(state, 'missing');
    assert.match(found, refusal);
    assert.equal((await checkProcessor({ ...config.settings, MODELOPS_CPU_BASELINE: 'native' })).state, 'ok');
  } finally {
    Object.defineProperty(process, 'arch', { value: arch });
  }
});

test('a baseline that is none is refused by its name', () => {
  assert.throws(() => readRuntimeConfig({ ...env, MODELOPS_CPU_BASELINE: 'avx512' }), {
    name: 'ConfigurationError',
    message: /MODELOPS_CPU_BASELINE is "avx512": .*"native"\|"avx2"\|"sse"/,
  });
});

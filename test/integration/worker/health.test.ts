import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHealth } from '../../../src/worker/check-health.js';
import type { currentWorker } from '../../../src/worker/current-worker.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

const mark = {
  id: '1'.repeat(32),
  declared: ['uv.lock'],
  installer: 'uv 0.13.9',
  python: {
    version: '3.11.7',
    platform: 'linux-x86_64',
    prefix: '/usr',
    soabi: '',
    file: { path: '/usr/bin/python3.11', size: 1, mtimeMs: 1 },
  },
  builtAt: '2026-01-01T00:00:00.000Z',
  distributions: { numpy: '2.4.6' },
};

async function health(worker: object) {
  const there = { exists: async () => true };
  const whole = {
    config: {
      executor: 'cold',
      settings: {
        MODELOPS_CPU_BASELINE: 'sse',
        MODELOPS_FIXED_ADDRESSES: true,
        MODELOPS_REQUIRE_SANDBOX: true,
        MODELOPS_ENVIRONMENTS: 'build',
        MODELOPS_VENVS_DIR: await make({
          [`${'1'.repeat(32)}/cold-functions.json`]: JSON.stringify(mark),
          [`${'2'.repeat(32)}.tmp-1/cold-functions.json`]: JSON.stringify(mark),
          [`${'3'.repeat(32)}/bin/python`]: '',
        }),
      },
      withoutEffect: [],
    },
    journal: { read: () => ({ outcomes: {}, lastError: null }) },
    recycler: { status: () => ({ tasks: 0 }) },
    simulation: { memoryLimitBytes: 1 },
    python: bareEnvironment(),
    scratchFolder: await make(),
    storage: { results: there, jobs: there, queue: there },
    whyAddressesVary: async () => undefined,
    boundary: async () => ({
      withoutUsers: '',
      ownIpc: true,
      hidesProcesses: true,
      ownPids: true,
      closesNetwork: true,
    }),
    ...worker,
  };
  return checkHealth({ worker: whole } as unknown as typeof currentWorker);
}

test('health tells to which instruction sets libraries are held, and whether addresses are fixed', async () => {
  const told = await health({});
  assert.deepEqual(told.problems, []);
  assert.deepEqual('cpu_baseline' in told && [told.cpu_baseline, told.fixed_addresses, told.status], [
    'sse',
    true,
    'healthy',
  ]);
});

test('addresses that cannot be fixed though they are to be make a worker unhealthy', async () => {
  const { status, problems } = await health({
    whyAddressesVary: async () => 'Addresses cannot be fixed here (Operation not permitted): it takes Linux.',
  });
  assert.equal(status, 'unhealthy');
  assert.deepEqual(problems, [
    'Addresses cannot be fixed here (Operation not permitted): it takes Linux. Allow it, or unset MODELOPS_FIXED_ADDRESSES: every task fails.',
  ]);
});

test('simulations that cannot have users of their own though they are to make a worker unhealthy', async () => {
  const { problems, ...told } = await health({
    boundary: async () => ({
      withoutUsers: 'it takes root',
      ownIpc: false,
      hidesProcesses: false,
      ownPids: false,
      closesNetwork: false,
    }),
  });
  assert.deepEqual(problems, [
    'Simulations cannot have users of their own, and MODELOPS_REQUIRE_SANDBOX asks for them: it takes root. Make that possible, or unset it: every task fails.',
  ]);
  assert.deepEqual('sandbox' in told && told.sandbox, {
    own_users: false,
    own_ipc: false,
    hides_processes: false,
    own_pids: false,
    closes_network: false,
    why: 'it takes root',
  });
});

test('health names the environments that were built and are here', async () => {
  const told = await health({});
  assert.deepEqual('environments' in told && told.environments, [
    {
      id: mark.id,
      python: '3.11.7',
      installer: 'uv 0.13.9',
      built_at: mark.builtAt,
      distributions: { numpy: '2.4.6' },
    },
  ]);
});

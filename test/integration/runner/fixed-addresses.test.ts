import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { startRunner } from '../../../src/runner/process/runner-process.js';
import { startSupervisor } from '../../../src/runner/process/supervisor.js';
import { createFixtureRunner, python, version } from './run-fixture.js';

const simulation = 'orders_by_address';
/** Docker's own seccomp profile forbids it. */
const allowed = {
  skip: spawnSync('setarch', ['-R', 'true']).status === 0 ? false : 'needs personality(ADDR_NO_RANDOMIZE)',
};

for (const { way, executor, most } of [
  { way: 'spawn', executor: 'cold', most: 0 },
  { way: 'standby', executor: 'cold', most: 1 },
  { way: 'forkserver', executor: 'forkserver', most: 1 },
  { way: 'isolated_warm', executor: 'isolated_warm', most: 0 },
] as const) {
  test(
    `${way}: with fixed addresses a task and its children have no randomisation, and without it they have`,
    allowed,
    async () => {
      const runner = await createFixtureRunner({ standby: { most, unusedMs: 60_000 } });
      try {
        for (const fixedAddresses of [true, true, false, true]) {
          const { outputs, attestation, reason } = await runner.run(simulation, { executor, fixedAddresses });
          assert.equal((Number.parseInt(outputs.asked ?? '', 16) & 0x40000) !== 0, fixedAddresses, reason);
          assert.equal(outputs.child, outputs.asked);
          assert.equal(attestation?.fixed_addresses, fixedAddresses || undefined);
        }
      } finally {
        await runner.close();
      }
    },
  );
}

test('where addresses cannot be fixed, nothing runs, and the setting is named', async () => {
  const supervisor = startSupervisor(python, 'test', ['--portable']);
  try {
    const start = startRunner(supervisor, {
      interpreter: { python, version },
      env: { PATH: '/usr/bin:/bin' },
      cwd: '/',
      memoryLimitBytes: 2 ** 30,
      fixedAddresses: true,
    });
    await assert.rejects(
      start,
      /addresses cannot be fixed, as MODELOPS_FIXED_ADDRESSES asks: .* unset the setting/,
    );
  } finally {
    await supervisor.close();
  }
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { whyAddressesVary } from '../../../src/runner/why-addresses-vary.js';
import { python } from './run-fixture.js';

test('whether addresses can be fixed here is tried, and this process keeps its own', async () => {
  const can = spawnSync('setarch', ['-R', 'true']).status === 0;
  const why = await whyAddressesVary(python);
  assert.equal(why === undefined, can, why);
  if (!can) assert.match(why ?? '', /^Addresses cannot be fixed here \(.+\): it takes Linux/);
});

test('why they cannot be fixed is said in the words of the system', async () => {
  assert.match(
    (await whyAddressesVary(python, 'darwin')) ?? '',
    /^Addresses cannot be fixed here \(Operation not supported\): it takes Linux, and a container that allows/,
  );
  assert.match((await whyAddressesVary('/nowhere/python')) ?? '', /cannot be fixed here \(.*ENOENT/);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkNode } from '../../../src/doctor/check-node.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { reportOf } from '../../../src/reporting/report-of.js';

test('Node.js is well from the version on that package.json demands', () => {
  const { engines } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  const [, major = '', minor = ''] = /^>=(\d+)\.(\d+)$/.exec(engines.node) ?? [];
  assert.equal(checkNode(`${major}.${minor}.0`).state, 'ok');
  assert.equal(checkNode(`${major}.${Number(minor) - 1}.9`).state, 'missing');
  assert.equal(checkNode(`${Number(major) + 1}.0.0`).state, 'ok');
  assert.match(
    checkNode('18.20.4').found,
    new RegExp(`18\\.20\\.4, and ${major}\\.${minor} or newer is needed`),
  );
});

test('a check that fails is itself reported', async () => {
  const fails = () => Promise.reject(new Error('no such disk'));
  assert.deepEqual(await reportOf('Disk', fails), [
    { name: 'Disk', state: 'missing', found: 'no such disk' },
  ]);
});

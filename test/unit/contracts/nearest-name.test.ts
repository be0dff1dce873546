import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName } from '../../../src/contracts/validation/nearest-name.js';

const settings = [
  'MODELOPS_ENV',
  'MODELOPS_EXECUTOR_TYPE',
  'MODELOPS_TASK_TIMEOUT_SECONDS',
  'MODELOPS_PYTHON',
];

test('a misspelt name finds the one that was meant', () => {
  assert.equal(nearestName('entrypont', ['bundle_ref', 'entrypoint', 'env']), 'entrypoint');
  assert.equal(nearestName('timeout', ['wire', 'timeout_seconds']), 'timeout_seconds');
  assert.equal(nearestName('seeds', ['seed', 'params']), 'seed');
  assert.equal(nearestName('Seed', ['seed', 'params']), 'seed');
  assert.equal(nearestName('ouptuts', ['outputs', 'config']), 'outputs');
  assert.equal(nearestName('MODELOPS_EXECUTER_TYPE', settings), 'MODELOPS_EXECUTOR_TYPE');
  assert.equal(nearestName('MODELOPS_TIMEOUT_SECONDS', settings), 'MODELOPS_TASK_TIMEOUT_SECONDS');
});

test('a name that resembles none gets no suggestion, whatever its prefix', () => {
  assert.equal(nearestName('MODELOPS_FOO', settings), undefined);
  assert.equal(nearestName('priority', ['seed', 'params']), undefined);
  assert.equal(nearestName('x', []), undefined);
  assert.equal(nearestName('most', ['most_attempts', 'most_seconds']), undefined);
});

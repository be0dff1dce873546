import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { test } from 'node:test';
import { defaultMemoryLimit } from '../../../src/runner/memory/default-memory-limit.js';

test('the default memory limit is a share of what there is, divided by the tasks at once', async () => {
  const alone = await defaultMemoryLimit(1);
  assert.ok(alone > 0 && alone <= 0.8 * totalmem());
  assert.ok(Math.abs((await defaultMemoryLimit(4)) - alone / 4) <= 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../../../src/config/read-settings.js';
import { poisonQueueName } from '../../../src/local-host/queue/poison-queue-name.js';

test('a queue is refused for which the host would keep no poison queue', () => {
  for (const [name, taken] of [
    ['q'.repeat(56), true],
    ['q'.repeat(57), false],
    ['tasks-poison', false],
  ] as const) {
    assert.equal(poisonQueueName(name) !== undefined, taken);
    const read = () => readSettings({ MODELOPS_QUEUE_NAME: name }).settings.MODELOPS_QUEUE_NAME;
    if (taken) assert.equal(read(), name);
    else
      assert.throws(
        read,
        /MODELOPS_QUEUE_NAME is ".*": must have at most 56 characters and not end with -poison/,
      );
  }
});

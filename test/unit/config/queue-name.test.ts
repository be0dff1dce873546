import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../../../src/config/read-settings.js';
import { poisonQueueName } from '../../../src/local-host/queue/poison-queue-name.js';

test('a queue is refused for which the host would keep no poison queues', () => {
  for (const [name, taken] of [
    ['q'.repeat(51), true],
    ['q'.repeat(52), false],
    ['tasks-poison', false],
  ] as const) {
    const kept = [name, `${name}-jobs`].every((queue) => poisonQueueName(queue) !== undefined);
    assert.equal(kept, taken);
    const read = () => readSettings({ MODELOPS_QUEUE_NAME: name }).settings.MODELOPS_QUEUE_NAME;
    if (taken) assert.equal(read(), name);
    else
      assert.throws(
        read,
        /MODELOPS_QUEUE_NAME is ".*": must have at most 51 characters, .* and not end with -poison/,
      );
  }
});

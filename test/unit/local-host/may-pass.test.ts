import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RestError } from '@azure/storage-queue';
import { mayPass } from '../../../src/local-host/queue/may-pass.js';

test('a queue is looked at again after whatever may pass, and given up where it refuses', () => {
  const passing = [undefined, 404, 408, 409, 429, 500, 502, 503, 504];
  const lasting = [400, 401, 403];
  for (const statusCode of [...passing, ...lasting]) {
    const error = new RestError('Of a test.', statusCode === undefined ? {} : { statusCode });
    assert.equal(mayPass(error), passing.includes(statusCode), `${statusCode}`);
  }
  assert.equal(mayPass(new Error('Not of the queue.')), false);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeUnlessForbidden } from '../../../src/jobs/submission/make-unless-forbidden.js';

const refusing = (statusCode: number) => ({
  createIfNotExists: () =>
    Promise.reject(Object.assign(new Error(`Answered ${statusCode}.`), { statusCode })),
});

test('who may put messages and not make queues can submit', async () => {
  await makeUnlessForbidden(refusing(403));
});

test('any other refusal to make a container or queue is told', async () => {
  await assert.rejects(makeUnlessForbidden(refusing(401)), /Answered 401/);
  await assert.rejects(makeUnlessForbidden(refusing(503)), /Answered 503/);
});

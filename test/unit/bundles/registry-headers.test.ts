import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeScopes } from '../../../src/bundles/registry-store/authorization/merge-scopes.js';
import { parseChallenges } from '../../../src/bundles/registry-store/authorization/parse-challenges.js';
import { retryAfterMs } from '../../../src/bundles/registry-store/http/retry-after-ms.js';

const read = (header: string) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

test('a challenge keeps the commas of its quoted values', () => {
  assert.deepEqual(read('Bearer realm="https://a/t",service="s\\"x",scope="repository:r:pull,push"'), [
    ['bearer', { realm: 'https://a/t', service: 's"x', scope: 'repository:r:pull,push' }],
  ]);
});

test('several challenges may stand in one header, in any case and with any spaces', () => {
  assert.deepEqual(read('Negotiate, BASIC Realm = x , bearer REALM="y" , error=invalid_token,NTLM abc=='), [
    ['negotiate', {}],
    ['basic', { realm: 'x' }],
    ['bearer', { realm: 'y', error: 'invalid_token' }],
    ['ntlm', {}],
  ]);
  assert.deepEqual(read('Negotiate YII=, Basic realm="a"'), [
    ['negotiate', {}],
    ['basic', { realm: 'a' }],
  ]);
});

test('a header that is none gives no parameters', () => {
  for (const text of ['', ',,', '"', 'Bearer realm="open', '=']) {
    for (const { parameters } of parseChallenges(text)) assert.equal(parameters.size, 0, text);
  }
});

test('a token is asked for what we do and for what the registry says it needs', () => {
  assert.deepEqual(mergeScopes('repository:a:pull', undefined), ['repository:a:pull']);
  assert.deepEqual(mergeScopes('repository:a:pull,push', 'repository:a:pull'), ['repository:a:pull,push']);
  assert.deepEqual(mergeScopes('repository:a:pull', 'repository:a:metadata_read repository:b:pull'), [
    'repository:a:pull,metadata_read',
    'repository:b:pull',
  ]);
});

test('Retry-After is seconds or a date, and never more than a minute', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(retryAfterMs('7', now), 7000);
  assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:00:09 GMT', now), 9000);
  assert.equal(retryAfterMs('Thu, 01 Jan 2025 00:00:09 GMT', now), 0);
  assert.equal(retryAfterMs('86400', now), 60_000);
  assert.equal(retryAfterMs('soon', now), undefined);
  assert.equal(retryAfterMs(null, now), undefined);
});

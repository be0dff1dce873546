import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRegistry } from '../../../src/contracts/bundle/registry-address.js';

test('a registry is a host, with a port and a repository when it has them', () => {
  assert.deepEqual(parseRegistry('myacr.azurecr.io'), { host: 'myacr.azurecr.io', path: '' });
  assert.deepEqual(parseRegistry('Localhost:5000/models/sir_v2'), {
    host: 'localhost:5000',
    path: 'models/sir_v2',
  });
  assert.deepEqual(parseRegistry('[::1]:5000/a'), { host: '[::1]:5000', path: 'a' });
});

test('what is no address is refused with what to write instead', () => {
  for (const [text, message] of [
    ['https://x.io', /^MODELOPS_BUNDLE_REGISTRY is "https:\/\/x\.io": remove "https:\/\/"; it must be host/],
    ['http://x.io', /remove "http:\/\/", and set MODELOPS_BUNDLE_INSECURE=true/],
    ['oci://x.io/a', /remove "oci:\/\/"/],
    ['x.io/', /remove the "\/" at its end/],
    ['x.io/models:latest', /"models:latest" is not the name of a repository/],
    ['x.io/Models', /"Models" is not the name of a repository/],
    ['x.io//a', /is not the name of a repository/],
    ['', /"" is no host/],
    ['x.io:99999', /"x\.io:99999" is no host/],
    ['x io', /"x io" is no host/],
    ['1.2.3.999', /"1\.2\.3\.999" is no host/],
  ] as const) {
    assert.throws(() => parseRegistry(text), { name: 'Error', message }, text);
  }
});

test('a password in the address is not repeated', () => {
  assert.throws(
    () => parseRegistry('https://me:hunter2@x.io'),
    (error: Error) => /REGISTRY_PASSWORD/.test(error.message) && !error.message.includes('hunter2'),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError } from '../../../src/config/configuration-error.js';
import { readSettings } from '../../../src/config/read-settings.js';

test('a secret for builds has any name, and names the host that it is for', () => {
  for (const value of [
    'https://user:canary@pypi.example.org/simple',
    'machine pypi.example.org login user password canary',
    'machine a.example.org\n  login user\n  password canary\nmachine b.example.org login user password canary\n',
  ])
    readSettings({ MODELOPS_BUILD_SECRET_PYPI: value });
});

test('one that is for nobody is refused, and not repeated', () => {
  for (const value of [
    'canary',
    'https://canary.example.org',
    'https://canary@example.org',
    'password canary',
  ])
    assert.throws(
      () => readSettings({ MODELOPS_BUILD_SECRET_PYPI: value }),
      (error: unknown) => {
        assert.ok(error instanceof ConfigurationError);
        assert.match(error.message, /MODELOPS_BUILD_SECRET_PYPI must be an address with user and password/);
        assert.doesNotMatch(error.message, /canary/);
        return true;
      },
    );
});

test('no task is given one', () => {
  for (const name of ['GITHUB_TOKEN', 'NETRC', 'MODELOPS_BUILD_SECRET_PYPI'])
    assert.throws(() => readSettings({ MODELOPS_TASK_ENV_PASS: name }), ConfigurationError);
});

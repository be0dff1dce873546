import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSecrets, withoutSecrets } from '../../../src/environments/build/build-secrets.js';

const none = { NETRC: '/nowhere/netrc' };
const basic = (text: string) => Buffer.from(text).toString('base64');

test('git is told a password for its host alone', async () => {
  const { variables, netrc } = await buildSecrets({
    ...none,
    GITHUB_TOKEN: 'ghp_canary',
    MODELOPS_BUILD_SECRET_GITLAB: 'https://robot:can%40ary@gitlab.example.org/group',
  });
  const config = Object.fromEntries(
    Array.from({ length: Number(variables.GIT_CONFIG_COUNT) }, (_, at) => [
      variables[`GIT_CONFIG_KEY_${at}`],
      variables[`GIT_CONFIG_VALUE_${at}`],
    ]),
  );
  assert.equal(
    config['http.https://gitlab.example.org/.extraHeader'],
    `Authorization: Basic ${basic('robot:can@ary')}`,
  );
  assert.equal(
    config['http.https://github.com/.extraHeader'],
    `Authorization: Basic ${basic('x-access-token:ghp_canary')}`,
  );
  assert.match(netrc ?? '', /^machine gitlab\.example\.org login robot password can@ary$/m);
});

test('a secret is hidden as it is, in an address and in a header', async () => {
  const secrets = await buildSecrets({
    ...none,
    MODELOPS_BUILD_SECRET_A: 'machine a.example.org login me password can/ary',
    HTTPS_PROXY: 'http://me:of%2Fproxy@proxy.example.org:8080',
  });
  for (const text of ['can/ary', 'can%2Fary', basic('me:can/ary'), 'of/proxy', 'of%2Fproxy'])
    assert.equal(withoutSecrets(`before ${text} after`, secrets), 'before … after');
});

test('without secrets nothing is added to what downloads', async () => {
  assert.deepEqual(await buildSecrets(none), { variables: {}, values: [] });
});

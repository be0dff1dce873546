import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAcrIdentity } from '../../../src/bundles/registry-store/authorization/acr-identity.js';
import { authorize } from '../../../src/bundles/registry-store/authorization/authorize.js';
import { withoutCredentials } from '../../../src/bundles/registry-store/authorization/without-credentials.js';
import { registryAt } from '../../../src/bundles/registry-store/registry-at.js';

const ask = async () => assert.fail('something was sent');
const identity = async () => assert.fail('the identity was asked');
const credentials = { kind: 'password', username: 'me', password: 'hunter2' } as const;

test('a registry that is reached by TLS cannot send us to a token service without it', async () => {
  const registry = registryAt('registry.example', false);
  const acr = createAcrIdentity(ask, registry.origin, identity);
  for (const [realm, where] of [
    ['http://registry.example/token', 'http://registry.example'],
    ['ftp://registry.example/token', 'ftp://registry.example'],
    ['/token', 'no URL'],
  ] as const) {
    await assert.rejects(
      authorize(
        { header: `Bearer realm="${realm}"`, scope: 'repository:a:pull' },
        { ask, acr, registry, find: async () => ({ credentials, where: 'a test' }) },
      ),
      {
        name: 'BundleUnavailable',
        message: `Cannot use the registry registry.example: it sends us to ${where} for a token, and credentials are sent to HTTPS only. Correct the realm in its configuration.`,
      },
    );
  }
});

test("an identity's token goes to Azure's own registries alone, and never unencrypted", async () => {
  for (const origin of [
    'http://myacr.azurecr.io',
    'https://registry.example',
    'https://azurecr.io.example',
  ]) {
    const asked: string[] = [];
    const ask: Parameters<typeof createAcrIdentity>[0] = (url) => {
      asked.push(url.href);
      throw new Error('nothing may be sent');
    };
    const identity = createAcrIdentity(ask, origin, async () => 'a token');
    assert.deepEqual(await identity.refreshToken(undefined), {
      refused: 'a managed identity opens only Azure Container Registry, by its own name',
    });
    assert.deepEqual(asked, []);
  }
});

test('what a registry repeats of the credentials that it was sent is told to nobody', () => {
  const header = `Basic ${Buffer.from('me:hunter2/x').toString('base64')}`;
  const said = `no ${header}, which is me:hunter2/x, or hunter2/x, or hunter2%2Fx`;
  assert.equal(withoutCredentials(said, header), 'no Basic …, which is …, or …, or …');
  assert.equal(withoutCredentials('no Bearer a.b-c', 'Bearer a.b-c'), 'no Bearer …');
  assert.equal(withoutCredentials('denied', undefined), 'denied');
});

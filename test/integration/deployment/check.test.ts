import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { containerAppApiVersion, siteApiVersion } from '../../../src/deployment/check/read-running-app.js';
import { storageApiVersion } from '../../../src/deployment/read-queue.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { deployed } from './deployed-stand.js';

describe('deploy check', () => {
  it('shows a table for people, and what it could not ask', async () => {
    const stand = await deployed();
    stand.cloud.change((cloud) => {
      cloud.refused['functionapp function keys list'] = '(AuthorizationFailed) You may not.';
    });
    const { exitCode, stdout } = await stand.deploy('check', '--name', 'epi', '--no-smoke');
    assert.equal(exitCode, 0);
    assert.match(
      stdout,
      /✓ Roles +AcrPull on the registry[\s\S]*– Executor +the app could not be asked for it: .*You may not[\s\S]*It is as it was asked\./,
    );
  });

  it('refuses targets without their model, and a deployment that has not ended', async () => {
    const stand = await deployed();
    assert.equal((await stand.deploy('check', '--name', 'epi', '--target', 'a:b')).exitCode, 2);
    stand.cloud.change((cloud) => {
      const app = cloud.groups['modelops-epi']?.deployments['modelops-epi'];
      if (app) app.state = 'Failed';
    });
    const { exitCode, stderr } = await stand.deploy('check', '--name', 'epi');
    assert.equal(exitCode, 1);
    assert.match(stderr, /its deployment is Failed\. Give `mops-cold deploy up` again/);
  });

  it('asks by the versions of the interfaces that the Bicep files use', () => {
    const bicep = (module: string) =>
      readFileSync(join(packageRoot, 'infra', 'modules', `${module}.bicep`), 'utf8');
    assert.ok(bicep('premium').includes(`Microsoft.Web/sites@${siteApiVersion}`));
    assert.ok(bicep('containerapps').includes(`Microsoft.App/containerApps@${containerAppApiVersion}`));
    assert.ok(bicep('storage').includes(`queueServices/queues@${storageApiVersion}`));
  });
});

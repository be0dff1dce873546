import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { startDeployStand } from './stand.js';
import { made, name, up, wellStand } from './well-stand.js';

const make = temporaryFolders();

describe('deploy up refuses', () => {
  it('to begin without the Azure CLI, and names its page', async () => {
    const stand = await startDeployStand(make, { PATH: '/nowhere' });
    const { exitCode, stderr } = await stand.deploy(...up);
    assert.equal(exitCode, 1);
    assert.match(stderr, /no `az` on PATH.*https:\/\/learn\.microsoft\.com\/cli\/azure\/install-azure-cli/);
  });

  it('to begin when nobody is logged in, or the compiler is missing', async () => {
    const stand = await wellStand();
    stand.cloud.change((cloud) => {
      cloud.user = null;
    });
    assert.match((await stand.deploy(...up)).stderr, /nobody is logged in\. `az login`/);
    stand.cloud.change((cloud) => {
      cloud.user = { name: 'somebody@example.org', type: 'user' };
      cloud.bicep = false;
    });
    assert.match((await stand.deploy(...up)).stderr, /no Bicep compiler\. `az bicep install`/);
    assert.deepEqual(made(stand), []);
  });

  it('a name too long for storage, before Azure is asked', async () => {
    const stand = await wellStand();
    const { exitCode, stderr } = await stand.deploy(
      'up',
      '--name',
      'poliosweepof2026',
      '--location',
      'westeurope',
    );
    assert.equal(exitCode, 2);
    assert.match(stderr, /2 to 14 lower-case letters and digits.*Azure allows it 24/);
    assert.deepEqual(stand.cloud.calls(), []);
  });

  it('a region that there is not, and a new group without one', async () => {
    const stand = await wellStand();
    const wrong = await stand.deploy('up', ...name, '--location', 'westeuropa');
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.stderr, /no such region\. Did you mean westeurope\?/);
    const none = await stand.deploy('up', ...name);
    assert.equal(none.exitCode, 2);
    assert.match(none.stderr, /nobody said where\. Give --location/);
    assert.deepEqual(made(stand), []);
  });

  it('a region without the plan, with the reason of Azure, and leaves no empty group behind', async () => {
    const stand = await wellStand();
    const { exitCode, stderr } = await stand.deploy(
      'up',
      ...name,
      '--location',
      'jioindiacentral',
      '--no-smoke',
    );
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /Azure refuses what would be deployed: The provided location 'jioindiacentral' is not available[\s\S]*Nothing has been made/,
    );
    assert.deepEqual(
      made(stand).map((call) => call.split(' --')[0]),
      ['group create', 'group delete'],
    );
    assert.deepEqual(stand.cloud.read().groups, {});
  });

  it('another hosting beside the one that is there', async () => {
    const stand = await wellStand();
    await stand.deploy(...up, '--hosting', 'containerapps', '--wait-minutes', '0.01');
    const before = made(stand);
    const { exitCode, stderr } = await stand.deploy(...up);
    assert.equal(exitCode, 2, stderr);
    assert.match(
      stderr,
      /hosting premium: its app ca-epi-a1b2c3d4 is there with containerapps, and both would take tasks\. Give --hosting containerapps/,
    );
    assert.deepEqual(made(stand), before);
  });

  it('such a region, and takes another at once: the group that Azure is still deleting is waited for', async () => {
    const stand = await wellStand();
    stand.cloud.change((cloud) => {
      cloud.deletingFor = 2;
    });
    await stand.deploy('up', ...name, '--location', 'jioindiacentral', '--no-smoke');
    const { exitCode, stdout, stderr } = await stand.deploy(...up);
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /Waiting for the end of the resource group modelops-epi: Azure is still deleting it/,
    );
    assert.match(stdout, /group modelops-epi: made in westeurope/);
  });

  it('such a region with its reason, also when the empty group cannot be deleted again', async () => {
    const stand = await wellStand();
    stand.cloud.change((cloud) => {
      cloud.refused['group delete'] = '(AuthorizationFailed) You may not delete.';
    });
    const { stderr } = await stand.deploy('up', ...name, '--location', 'jioindiacentral', '--no-smoke');
    assert.match(stderr, /made for this and still empty, stays\. .*You may not delete/);
    assert.match(
      stderr,
      /Stopped while asking .*'jioindiacentral' is not available.*\nThere by now: the resource group/,
    );
  });

  it('an image that the registry does not have, and names those that it has', async () => {
    const stand = await wellStand();
    await stand.deploy(...up);
    const [own] = stand.cloud.read().images;
    const { exitCode, stderr } = await stand.deploy(...up, '--set', 'image=cold-functions:9.9.9');
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      new RegExp(`has no image cold-functions:9\\.9\\.9: of cold-functions it has ${own?.split(':')[1]}`),
    );
    const good = await stand.deploy(...up, '--set', `image=${own}`);
    assert.equal(good.exitCode, 0);
    assert.match(good.stdout, new RegExp(`Image ${own}: it was there\\.`));
  });

  it('requirements that refer to other files, and parameters that it cannot read', async () => {
    const stand = await wellStand();
    const folder = await make({ 'requirements.txt': 'numpy\n-r more.txt\n', 'folder.json/file': '' });
    const refers = await stand.deploy(...up, '--requirements', join(folder, 'requirements.txt'));
    assert.equal(refers.exitCode, 2);
    assert.match(refers.stderr, /line 2, "-r more\.txt", refers to another file/);
    for (const args of [
      ['--set', 'maximumInstances'],
      ['--set', 'name=x'],
      ['--parameters', '/nowhere/own.json'],
      ['--parameters', join(folder, 'folder.json')],
      ['--requirements', folder],
      ['--parameters', 'a=b'],
    ])
      assert.equal((await stand.deploy(...up, ...args)).exitCode, 2, args.join(' '));
    assert.deepEqual(stand.cloud.calls(), []);
  });

  it('goes no further when the build fails, and shows its end', async () => {
    const stand = await wellStand();
    stand.cloud.change((cloud) => {
      cloud.refused['acr build'] = 'Run failed';
    });
    const { exitCode, stderr } = await stand.deploy(...up);
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /Stopped while providing the image \S+\. Cannot build the image[\s\S]*Run failed[\s\S]*There by now: the resource group modelops-epi, everything but the app/,
    );
  });
});

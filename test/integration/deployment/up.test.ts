import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { healthy } from './stand.js';
import { made, name, up, wellStand } from './well-stand.js';

const make = temporaryFolders();

describe('deploy up', () => {
  it('makes the group, everything but the app, the image, the app, and says what to do next', async () => {
    const stand = await wellStand();
    const { exitCode, stdout, stderr } = await stand.deploy(...up);
    assert.equal(exitCode, 0, stderr);
    const [group = '', base = '', build = '', app = '', ...more] = made(stand);
    assert.deepEqual(more, []);
    assert.match(
      group,
      /--name modelops-epi --location westeurope --tags app=modelops-cold-functions name=epi made-by=mops-cold/,
    );
    assert.match(
      base,
      /--name modelops-epi-base .* location=westeurope name=epi submitters=\[.*"User"\}\] image= /,
    );
    assert.match(build, /--image cold-functions:\d+\.\d+\.\d+-[0-9a-f]{12} --file \/\S+\/infra\/Dockerfile /);
    const [, image] = /--image (\S+)/.exec(build) ?? [];
    assert.ok(app.includes(`--name modelops-epi `) && app.includes(` image=${image} `), app);
    assert.match(stdout, /Health: .* says healthy[\s\S]*export MODELOPS_AZURE_STORAGE_ACCOUNT=stepia1b2c3d4/);
    assert.match(stdout, /deploy status\|check\|down --name epi\n?$/);
    assert.deepEqual(readdirSync(stand.tmp), []);
  });

  it('asks Azure about everything, the app included, before it makes anything in the group', async () => {
    const stand = await wellStand();
    await stand.deploy(...up);
    const calls = stand.cloud.calls();
    const first = calls.findIndex((call) => call.startsWith('deployment group create'));
    const asked = calls.slice(0, first).filter((call) => call.startsWith('deployment group validate'));
    assert.equal(asked.length, 2);
    assert.match(asked[1] ?? '', / image=cold-functions:\S+/);
  });

  it('builds nothing again when the content is the same, and finds everything there', async () => {
    const stand = await wellStand();
    await stand.deploy(...up);
    const before = made(stand).length;
    const { exitCode, stdout } = await stand.deploy('up', ...name, '--no-smoke');
    assert.equal(exitCode, 0);
    assert.match(
      stdout,
      /group modelops-epi, in westeurope: it was there[\s\S]*Registry crepia1b2c3d4: it was there[\s\S]*Image \S+: it was there, with the same content/,
    );
    assert.deepEqual(
      made(stand)
        .slice(before)
        .map((call) => call.slice(0, 23)),
      ['deployment group create'],
    );
  });

  it('goes on where one was left: waits for the deployment that Azure still works at', async () => {
    const stand = await wellStand();
    await stand.deploy(...up);
    stand.cloud.change((cloud) => {
      const group = cloud.groups['modelops-epi'];
      const base = group?.deployments['modelops-epi-base'];
      if (!group || !base) throw new Error('there is no deployment');
      base.state = 'Running';
      delete group.deployments['modelops-epi'];
      cloud.images = [];
      cloud.runningFor = 3;
    });
    const { exitCode, stderr } = await stand.deploy(...up);
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /Waiting for the deployment modelops-epi-base, which was begun before: Azure says that it is Running/,
    );
  });

  it('gives parameters of files and of --set to Azure, and leaves submitters that they name alone', async () => {
    const stand = await wellStand();
    const folder = await makeFolderWith('own.json', {
      parameters: { submitters: { value: [{ principalId: 'x', principalType: 'User' }] } },
    });
    const { exitCode } = await stand.deploy(
      ...up,
      ...['--hosting', 'premium', '--parameters', join(folder, 'own.json'), '--set', 'maximumInstances=5'],
    );
    assert.equal(exitCode, 0);
    const [, base = ''] = made(stand);
    assert.match(base, /--parameters \S+own\.json --parameters maximumInstances=5 hosting=premium/);
    assert.doesNotMatch(base, /submitters/);
  });

  it('keeps the start of a budget, which Azure changes for none', async () => {
    const stand = await wellStand();
    const alert = ['--set', 'alertAddress=on-call@example.org'];
    await stand.deploy(...up, ...alert, '--set', 'budgetStart=2026-11-01');
    const { exitCode, stderr } = await stand.deploy(...up, ...alert);
    assert.equal(exitCode, 0, stderr);
    assert.match(made(stand).at(-1) ?? '', / budgetStart=2026-11-01 /);
  });

  it('bakes the packages of --requirements in: they make another tag, and the builder gets them', async () => {
    const stand = await wellStand();
    await stand.deploy(...up);
    const folder = await make({ 'requirements.txt': 'numpy==2.1.0\n' });
    const { exitCode } = await stand.deploy(...up, '--requirements', join(folder, 'requirements.txt'));
    assert.equal(exitCode, 0);
    assert.equal(new Set(stand.cloud.read().images).size, 2);
    // Bundles run with what was baked in; without it, in environments of their own.
    assert.deepEqual(
      made(stand).flatMap((call) => / ENVIRONMENTS=(\w+) /.exec(call)?.[1] ?? []),
      ['build', 'installed'],
    );
  });

  it('builds an image with compilers for --build-tools, which has another tag', async () => {
    const stand = await wellStand();
    await stand.deploy(...up);
    const { exitCode, stderr } = await stand.deploy(...up, '--build-tools');
    assert.equal(exitCode, 0, stderr);
    assert.equal(new Set(stand.cloud.read().images).size, 2);
    const builds = stand.cloud.calls().filter((call) => call.includes('acr build'));
    assert.deepEqual(
      builds.map((call) => /BUILD_TOOLS=\w+/.exec(call)?.[0]),
      ['BUILD_TOOLS=false', 'BUILD_TOOLS=true'],
    );
  });

  it('waits while roles are not known yet, and says why', async () => {
    const stand = await wellStand(
      { status: 403 },
      { status: 503, body: 'Service Unavailable' },
      { status: 503, body: '{"status":"unhealthy"}' },
      healthy,
    );
    const { exitCode, stderr } = await stand.deploy(...up);
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /answers 403: access is refused; roles take minutes[\s\S]*answers 503: its container starts[\s\S]*says that it is unhealthy/,
    );
  });

  it('gives up after --wait-minutes, says what is there and how to go on', async () => {
    const stand = await wellStand({ status: 403 });
    const { exitCode, stderr } = await stand.deploy(...up, '--wait-minutes', '0.01');
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /Stopped while waiting for the app\. the app has not come within 0\.6 s: .* answers 403[\s\S]*There by now: the resource group modelops-epi, everything but the app.*, the image .*, the app func-epi-a1b2c3d4\.\nTo go on, give the same command again/,
    );
  });

  it('waits for the scaler of Container Apps, which needs its roles first', async () => {
    const stand = await wellStand();
    stand.cloud.change((cloud) => {
      cloud.scaler = [{ said: 'failed', Log: 'Skipping configuration of KEDA scale rule' }];
    });
    const failed = await stand.deploy(...up, '--hosting', 'containerapps', '--wait-minutes', '0.01');
    assert.equal(failed.exitCode, 1);
    assert.match(failed.stderr, /the scaler has not come.*Skipping configuration.*minimumInstances=1/);
    stand.cloud.change((cloud) => {
      cloud.scaler = [{ said: 'started', Log: 'built' }];
    });
    const { exitCode, stdout } = await stand.deploy(...up, '--hosting', 'containerapps');
    assert.equal(exitCode, 0);
    assert.match(stdout, /✓ Scaler: it is there/);
    const asked = stand.cloud.calls().find((call) => call.startsWith('monitor'));
    assert.match(asked ?? '', /ContainerAppName == 'ca-epi-a1b2c3d4'/);
  });
});

async function makeFolderWith(file: string, content: unknown): Promise<string> {
  return make({ [file]: JSON.stringify(content) });
}

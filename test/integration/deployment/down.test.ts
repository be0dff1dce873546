import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { askForName } from '../../../src/cli/terminal/ask-for-name.js';
import { type Azurite, startAzurite } from '../../../src/local-host/start-azurite.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { type DeployStand, healthy, sayHealth, startDeployStand } from './stand.js';

const make = temporaryFolders();
const place = ['--name', 'epi'];
const down = ['down', ...place, '--yes'];
const up = ['up', ...place, '--location', 'westeurope', '--no-smoke'];

let azurite: Azurite;
before(async () => {
  azurite = await startAzurite();
});
after(() => azurite.stop());

/** A deployment whose storage account is the Azurite of this file, which each test leaves empty. */
async function deployed(): Promise<DeployStand> {
  const { connectionString } = azurite;
  const stand = await startDeployStand(make, { AZURE_STORAGE_CONNECTION_STRING: connectionString });
  const healthUrl = await sayHealth(healthy);
  stand.cloud.change((cloud) => {
    cloud.outputs = { storageAccount: 'devstoreaccount1', healthUrl };
  });
  const { exitCode, stderr } = await stand.deploy(...up);
  assert.equal(exitCode, 0, stderr);
  return stand;
}

const deletions = ({ cloud }: DeployStand) =>
  cloud.calls().filter((call) => /^(group|resource) delete/.test(call));

async function withResults(use: () => Promise<void>): Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const put = async (container: string, name: string, text: string) => {
    await blobs.getContainerClient(container).createIfNotExists();
    await blobs.getContainerClient(container).getBlockBlobClient(name).upload(text, text.length);
  };
  await put('results', 'sims/aa/aa/result.json', '12345');
  await put('jobs', 'jobs/polio-1/job.json', '{}');
  await put('jobs', 'jobs/polio-1/runs/r/run.json', '{}');
  try {
    await use();
  } finally {
    for (const container of ['results', 'jobs']) await blobs.getContainerClient(container).delete();
  }
}

describe('deploy down', () => {
  it('deletes the group that deploy up has made, and says so', async () => {
    const stand = await deployed();
    const { exitCode, stdout, stderr } = await stand.deploy(...down);
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /To be deleted: the resource group modelops-epi[\s\S]*devstoreaccount1 \(Microsoft\.Storage/,
    );
    assert.match(stdout, /Deleted: the resource group modelops-epi\./);
    assert.deepEqual(deletions(stand), ['group delete --name modelops-epi --yes']);
    const again = await stand.deploy(...down);
    assert.equal(again.exitCode, 0);
    assert.match(again.stdout, /There is nothing of epi in modelops-epi/);
  });

  it('refuses while results or jobs are inside, says how many and how to fetch them', async () => {
    const stand = await deployed();
    await withResults(async () => {
      const refused = await stand.deploy(...down);
      assert.equal(refused.exitCode, 1);
      assert.match(
        refused.stderr,
        /holds 1 blob \(5 B\) of results and 2 blobs \(4 B\) of jobs: polio-1\.[\s\S]*export MODELOPS_AZURE_STORAGE_ACCOUNT=devstoreaccount1[\s\S]*mops-cold fetch polio-1[\s\S]*--delete-results/,
      );
      assert.deepEqual(deletions(stand), []);
      assert.equal((await stand.deploy(...down, '--delete-results')).exitCode, 0);
      assert.equal(deletions(stand).length, 1);
    });
  });

  it('refuses when it may not see whether there are any', async () => {
    const sealed = new URL(await sayHealth({ status: 403 })).origin;
    const endpoints = `BlobEndpoint=${sealed}/sealed;QueueEndpoint=${sealed}/sealed`;
    const stand = await startDeployStand(make, {
      AZURE_STORAGE_CONNECTION_STRING: `DefaultEndpointsProtocol=http;AccountName=sealed;AccountKey=${btoa('a key')};${endpoints}`,
    });
    const healthUrl = await sayHealth(healthy);
    stand.cloud.change((cloud) => {
      cloud.outputs = { storageAccount: 'sealed', healthUrl };
    });
    await stand.deploy(...up);
    const { exitCode, stderr } = await stand.deploy(...down);
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /nobody knows whether the storage account sealed holds results and jobs: you may not look \(403\).*submitters/,
    );
    assert.deepEqual(deletions(stand), []);
  });

  it('does not say that nothing is there when Azure does not know who asks', async () => {
    const stand = await deployed();
    stand.cloud.change((cloud) => {
      cloud.refused['group show'] =
        "AADSTS50020: User account 'somebody' from identity provider 'live.com' does not exist in tenant 'epidemiology'.";
    });
    const { exitCode, stdout, stderr } = await stand.deploy(...down);
    assert.equal(exitCode, 1, stdout);
    assert.match(stderr, /^Cannot complete `az group show`: AADSTS50020: .* does not exist in tenant/);
  });

  it('keeps a group with something foreign in it, and one that was there before', async () => {
    const foreign = await deployed();
    foreign.cloud.change((cloud) => {
      const { resources = [] } = cloud.groups['modelops-epi'] ?? {};
      resources.push({ id: '/x/database', name: 'database', type: 'Microsoft.Sql/servers' });
      resources.push({
        id: '/x/a',
        name: 'Failure Anomalies',
        type: 'microsoft.alertsmanagement/smartDetectorAlertRules',
      });
    });
    const { exitCode, stderr } = await foreign.deploy(...down);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /which stays, since it holds what is not ours: database:/);
    const [call = ''] = deletions(foreign);
    assert.match(call, /^resource delete --ids \S+devstoreaccount1 /);
    assert.doesNotMatch(call, /database|Failure/);

    const before = await startDeployStand(make, {
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
    });
    const healthUrl = await sayHealth(healthy);
    before.cloud.change((cloud) => {
      cloud.outputs = { storageAccount: 'devstoreaccount1', healthUrl };
      cloud.groups['modelops-epi'] = { location: 'westeurope', tags: {}, resources: [], deployments: {} };
    });
    await before.deploy(...up);
    assert.match(
      (await before.deploy(...down)).stderr,
      /which stays, since it was not made by `mops-cold deploy up`/,
    );
    assert.ok(before.cloud.read().groups['modelops-epi']);
  });

  it('asks on a terminal only, and elsewhere wants --yes', async () => {
    const stand = await deployed();
    const { exitCode, stderr } = await stand.deploy('down', ...place);
    assert.equal(exitCode, 2);
    assert.match(stderr, /this is no terminal\. Give --yes/);
    assert.deepEqual(deletions(stand), []);
  });

  it('says what is left when Azure could not delete all of it', async () => {
    const stand = await deployed();
    stand.cloud.change((cloud) => {
      cloud.refused['group delete'] = '(ScopeLocked) The scope cannot be deleted: it is locked.';
    });
    const { exitCode, stderr } = await stand.deploy(...down);
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /Cannot delete all of epi: .*it is locked[\s\S]*Left are devstoreaccount1, crepia1b2c3d4.*Give the same command again/,
    );
  });

  it('interrupted, says that Azure goes on', async () => {
    const stand = await deployed();
    stand.cloud.change((cloud) => {
      cloud.hangs = ['group delete'];
    });
    const running = stand.start(...down);
    await stand.called('group delete');
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    assert.equal(exitCode, 130);
    assert.match(stderr, /Interrupted\. Azure goes on deleting/);
  });
});

describe('the question before something is deleted', () => {
  const ask = async (typed: string, signal = new AbortController().signal) => {
    const input = new PassThrough();
    const asked = askForName('Type epi: ', 'epi', { input, output: new PassThrough() }, signal);
    input.end(typed);
    return asked;
  };

  it('takes the name and nothing else', async () => {
    assert.equal(await ask('epi\n'), true);
    assert.equal(await ask('yes\n'), false);
    assert.equal(await ask(''), false);
  });

  it('ends with Ctrl-C', async () => {
    await assert.rejects(
      askForName(
        'Type epi: ',
        'epi',
        { input: new PassThrough(), output: new PassThrough() },
        AbortSignal.timeout(10),
      ),
    );
  });
});

describe('deploy status', () => {
  it('tells app, image, health and what is in the queues', async () => {
    const stand = await deployed();
    stand.cloud.change((cloud) => {
      cloud.drift.messages = { 'simulation-tasks': 12, 'simulation-tasks-poison': 1 };
    });
    const { exitCode, stdout } = await stand.deploy('status', ...place);
    assert.equal(exitCode, 0);
    assert.match(
      stdout,
      /Deployment epi, in modelops-epi: Succeeded[\s\S]*App +func-epi-a1b2c3d4, premium, cold\nImage +crepia1b2c3d4\.azurecr\.io\/cold-functions:\S+\nHealth +healthy[\s\S]*simulation-tasks: about 12 messages\nQueue +simulation-tasks-poison: about 1 message\n/,
    );
    const { stdout: json } = await stand.deploy('status', ...place, '--json');
    const { state, app, queues } = JSON.parse(json);
    assert.equal(state, 'Succeeded');
    assert.equal(app.healthy, true);
    assert.deepEqual(queues[0], { name: 'simulation-tasks', messages: 12 });
  });

  it('tells of an app that is not well, of a queue that is gone, and of a deployment that goes on', async () => {
    const stand = await deployed();
    const healthUrl = await sayHealth({ status: 403 });
    stand.cloud.change((cloud) => {
      cloud.drift.queuesLost = ['simulation-tasks-poison'];
      const { deployments = {} } = cloud.groups['modelops-epi'] ?? {};
      const app = deployments['modelops-epi'];
      if (app) app.outputs.healthUrl = healthUrl;
    });
    const { stdout } = await stand.deploy('status', ...place);
    assert.match(stdout, /Health +\S+ answers 403: access is refused[\s\S]*-poison: it is not there/);
    stand.cloud.change((cloud) => {
      const { deployments = {} } = cloud.groups['modelops-epi'] ?? {};
      const app = deployments['modelops-epi'];
      if (app) app.state = 'Running';
      cloud.runningFor = 5;
    });
    assert.match(
      (await stand.deploy('status', ...place)).stdout,
      /: Running .*\nApp +Azure does not tell .*; one from before may run/,
    );
  });

  it('says that there is nothing, and where it looked', async () => {
    const stand = await startDeployStand(make);
    const { exitCode, stderr } = await stand.deploy('status', ...place);
    assert.equal(exitCode, 1);
    assert.match(stderr, /there is no resource group modelops-epi, in the subscription Simulations/);
  });
});

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { startLocalHost } from '../../src/local-host/start-local-host.js';
import { packageRoot } from '../../src/package/package-root.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { forwardTo } from '../fixtures/storage/forward-to.js';
import { type DeployStand, startDeployStand } from '../integration/deployment/stand.js';

const make = temporaryFolders();

/** The app as it is deployed, but here: the real one on the embedded host, over Azurite, and a stand-in for `az` that leads to it. */
async function withDeployedApp(
  settings: NodeJS.ProcessEnv,
  use: (stand: DeployStand & { connectionString: string }) => Promise<void>,
): Promise<void> {
  const azurite = await startAzurite();
  const folder = await make();
  const { connectionString } = azurite;
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AzureWebJobsStorage: connectionString,
    AZURE_STORAGE_CONNECTION_STRING: connectionString,
    MODELOPS_BUNDLES_CACHE_DIR: join(folder, 'cache'),
    MODELOPS_SCRATCH_DIR: join(folder, 'scratch'),
    MODELOPS_VENVS_DIR: join(folder, 'venvs'),
    ...settings,
  };
  try {
    const host = await startLocalHost({ appFolder: packageRoot, env, logger: () => undefined });
    try {
      const stand = await startDeployStand(make, { AZURE_STORAGE_CONNECTION_STRING: connectionString });
      stand.cloud.change((cloud) => {
        cloud.outputs.storageAccount = 'devstoreaccount1';
        cloud.outputs.healthUrl = `${host.url}/api/health`;
        cloud.functionKey = host.keys.function;
      });
      await use({ ...stand, connectionString });
    } finally {
      await host.stop();
    }
  } finally {
    await azurite.stop();
  }
}

/** Leads to the same blobs, which refuse the first requests as an account does whose roles are not known yet. */
async function refusesAtFirst(connectionString: string, times: number): Promise<string> {
  const endpoint = /BlobEndpoint=([^;]+?)\/?;/.exec(connectionString)?.[1] ?? '';
  const { port, pathname } = new URL(endpoint);
  let left = times;
  const server = createServer((request, response) => {
    if (left-- > 0) {
      response.writeHead(403, { 'x-ms-error-code': 'AuthorizationPermissionMismatch' }).end();
      return;
    }
    return forwardTo(Number(port))(request, response);
  });
  after(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return connectionString.replace(endpoint, `${origin}${pathname}`);
}

const up = ['up', '--name', 'epi', '--location', 'westeurope', '--wait-minutes', '2'];

describe('deploy up, with the real app at the end', () => {
  it('runs simulations through the queue, and says how they ran', async () => {
    await withDeployedApp({}, async (stand) => {
      const { exitCode, stdout, stderr } = await stand.deploy(...up, '--json');
      assert.equal(exitCode, 0, stderr);
      const { smoke } = JSON.parse(stdout);
      assert.deepEqual(smoke.executors, ['cold']);
      assert.equal(smoke.processes, 2);
      assert.deepEqual(smoke.leaks, []);
      assert.match(stderr, /✓ Simulations: 2 ran cold, in 2 processes, Python 3\./);

      // The trial itself is nothing that anybody would miss.
      const down = await stand.deploy('down', '--name', 'epi', '--yes');
      assert.equal(down.exitCode, 0, down.stderr);
    });
  });

  it('waits until the rights of who deploys are known, and says why', async () => {
    await withDeployedApp({}, async (stand) => {
      const proxied = await refusesAtFirst(stand.connectionString, 3);
      const { exitCode, stderr } = await stand.deployWith(
        { AZURE_STORAGE_CONNECTION_STRING: proxied },
        ...up,
      );
      assert.equal(exitCode, 0, stderr);
      assert.match(
        stderr,
        /Waiting for the right to submit: the storage account refuses you \(403\)\. Roles take minutes/,
      );
    });
  });

  it('says it when the app runs warm although it was asked to run cold', async () => {
    await withDeployedApp({ MODELOPS_EXECUTOR_TYPE: 'isolated_warm' }, async (stand) => {
      const { exitCode, stderr } = await stand.deploy(...up);
      assert.equal(exitCode, 1);
      assert.match(stderr, /the app was asked to run cold, and its tasks ran isolated_warm/);
    });
  });

  it('says which of the packages of --requirements the Python of the app lacks', async () => {
    // As an image says of itself that was built with packages.
    await withDeployedApp({ MODELOPS_ENVIRONMENTS: 'installed' }, async (stand) => {
      const folder = await make({ 'requirements.txt': 'no-such-package-of-a-model==1.0\n' });
      const { exitCode, stderr } = await stand.deploy(
        ...up,
        ...['--requirements', join(folder, 'requirements.txt')],
      );
      assert.equal(exitCode, 1);
      assert.match(stderr, /a task ended as environment-failed: .*no-such-package-of-a-model/);
      assert.match(stderr, /There by now: .*the app func-epi-a1b2c3d4/);
    });
  });
});

describe('deploy check, with the real app', () => {
  const check = ['check', '--name', 'epi', '--wait-minutes', '2', '--json'];
  const wrongIn = (stdout: string): string[] =>
    (JSON.parse(stdout).checks as { name: string; state: string; found: string }[])
      .filter(({ state }) => state === 'missing')
      .map(({ name, found }) => `${name}: ${found}`);

  it('takes the proof of simulations for how they ran, and lets the app try a model and its targets', async () => {
    await withDeployedApp({}, async (stand) => {
      await stand.deploy(...up, '--no-smoke');
      const model = await make({
        'wire.py': 'def wire(entrypoint, params, seed):\n    return {}\n',
        'targets.py': 'import no_such_module\n\ndef compare(results):\n    return 0\n',
        'good.py': 'def compare(results):\n    return 0\n',
      });
      const well = await stand.deploy(...check, '--bundle', model, '--target', 'good:compare');
      assert.deepEqual(wrongIn(well.stdout), []);
      assert.equal(well.exitCode, 0, well.stderr);
      assert.match(well.stdout, /"Simulations","state":"ok","found":"2 ran cold, in 2 processes/);
      assert.match(well.stdout, /"Bundle","state":"ok","found":"the app can run sha256:\S+, good:compare"/);

      const bad = await stand.deploy(
        ...check,
        '--no-smoke',
        '--bundle',
        model,
        '--target',
        'targets:compare',
      );
      assert.equal(bad.exitCode, 1);
      assert.match(
        wrongIn(bad.stdout).join(),
        /^Bundle: Target: targets:compare cannot be imported: .*no_such_module/,
      );
    });
  });

  it('finds that simulations ran warm, by what their processes attest and by what the app says', async () => {
    await withDeployedApp({ MODELOPS_EXECUTOR_TYPE: 'isolated_warm' }, async (stand) => {
      await stand.deploy(...up, '--no-smoke');
      const { exitCode, stdout } = await stand.deploy(...check);
      assert.equal(exitCode, 1);
      const wrong = wrongIn(stdout).join('\n');
      assert.match(wrong, /Executor: the app runs isolated_warm, and cold was asked/);
      assert.match(
        wrong,
        /Simulations: they ran isolated_warm, and cold was asked, as their processes have attested/,
      );
    });
  });
});

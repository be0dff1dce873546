import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cloud } from '../../fixtures/az/cloud.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { deployed, findings } from './deployed-stand.js';
import { sayDetails, startDeployStand } from './stand.js';

const make = temporaryFolders();

for (const hosting of ['premium', 'containerapps']) {
  describe(`deploy check on ${hosting}`, () => {
    it('finds nothing wrong with an app as it was asked', async () => {
      const stand = await deployed('--hosting', hosting);
      const { exitCode, wrong, limited, ok } = await findings(stand);
      assert.deepEqual({ exitCode, wrong, limited }, { exitCode: 0, wrong: [], limited: [] });
      assert.equal(ok.filter((line) => line.startsWith('Roles: ')).length, 8);
      for (const name of [
        'Identity',
        'Queues',
        'Settings',
        'Time limits',
        'Image',
        'Health',
        'Executor',
        'Python',
      ])
        assert.ok(
          ok.some((line) => line.startsWith(`${name}: `)),
          name,
        );
      assert.equal(
        ok.some((line) => line.startsWith('Scaler: ')),
        hosting === 'containerapps',
      );
    });
  });
}

describe('deploy check tells', () => {
  it('which environments were built, and what is installed in each', async () => {
    const stand = await deployed();
    stand.says.environments = [
      { id: 'abc', python: '3.12.4', installer: 'uv 0.13.9', distributions: { pandas: '3.1', numpy: '2.4' } },
      { id: 'def', python: '3.11.7', installer: 'uv 0.13.9', distributions: {} },
    ];
    const { ok } = await findings(stand);
    assert.deepEqual(
      ok.filter((line) => line.startsWith('Environment: ')),
      [
        'Environment: abc with Python 3.12.4 has numpy 2.4, pandas 3.1',
        'Environment: def with Python 3.11.7 has nothing',
      ],
    );
  });
});

describe('deploy check finds', () => {
  const drifts: [what: string, hosting: string, change: (cloud: Cloud) => void, finding: RegExp][] = [
    [
      'a role that is missing',
      'premium',
      ({ drift }) => {
        drift.rolesLost = ['974c5e8b-45b9-4653-ba55-5f855dd0fb88 /simulation-tasks'];
      },
      /^Roles: Storage Queue Data Contributor on the queue is missing: no task is taken/,
    ],
    [
      'that nobody may pull the image',
      'containerapps',
      ({ drift }) => {
        drift.rolesLost = ['7f951dda-4ed3-4680-a7ca-43fe172d538d '];
      },
      /^Roles: AcrPull on the registry is missing: a new instance cannot pull/,
    ],
    [
      'a queue that is gone',
      'premium',
      ({ drift }) => {
        drift.queuesLost = ['simulation-tasks-poison'];
      },
      /^Queues: simulation-tasks-poison is not there/,
    ],
    [
      'another image than the one that was deployed',
      'premium',
      ({ drift }) => {
        drift.image = 'crepia1b2c3d4.azurecr.io/cold-functions:0.0.1';
      },
      /^Image: the app is set to crepia1b2c3d4\.azurecr\.io\/cold-functions:0\.0\.1, and \S+ was deployed/,
    ],
    [
      'an image that the registry has lost',
      'containerapps',
      (cloud) => {
        cloud.images = [];
      },
      /^Image: cold-functions:\S+ is not in the registry .* no new instance can start/,
    ],
    [
      'a setting that was changed',
      'premium',
      ({ drift }) => {
        drift.settings = { MODELOPS_QUEUE_NAME: 'other-tasks' };
      },
      /^Settings: MODELOPS_QUEUE_NAME is "other-tasks", and "simulation-tasks" was asked/,
    ],
    [
      'a setting that was removed',
      'containerapps',
      ({ drift }) => {
        drift.settings = { MODELOPS_EXECUTOR_TYPE: null };
      },
      /^Settings: MODELOPS_EXECUTOR_TYPE is not set, and "cold" was asked/,
    ],
    [
      'a task limit that the host would not keep to',
      'premium',
      ({ drift }) => {
        drift.settings = { MODELOPS_TASK_TIMEOUT_SECONDS: '3500' };
      },
      /^Time limits: a task may run 3500 s and needs up to 300 s .* ends it after 3540 s/,
    ],
    [
      'a scaler that was not made',
      'containerapps',
      (cloud) => {
        cloud.scaler = [{ said: 'failed', Log: 'Skipping configuration of KEDA scale rule' }];
      },
      /^Scaler: .*"Skipping configuration of KEDA scale rule"\. A sleeping app is not woken/,
    ],
    [
      'a scaler of which nothing is known',
      'containerapps',
      (cloud) => {
        cloud.scaler = [];
      },
      /^Scaler: the platform has said nothing of it/,
    ],
  ];
  for (const [what, hosting, change, finding] of drifts) {
    it(`${what} (${hosting})`, async () => {
      const stand = await deployed('--hosting', hosting);
      stand.cloud.change(change);
      const { exitCode, wrong } = await findings(stand);
      assert.equal(exitCode, 1);
      assert.ok(
        wrong.some((line) => finding.test(line)),
        wrong.join('\n'),
      );
    });
  }

  it('an identity that the app lacks', async () => {
    const stand = await startDeployStand(make);
    const healthUrl = await sayDetails(() => ({}));
    stand.cloud.change((cloud) => {
      cloud.outputs.healthUrl = healthUrl;
      cloud.drift.identityLost = true;
    });
    await stand.deploy('up', '--name', 'epi', '--location', 'westeurope', '--no-smoke');
    const { wrong } = await findings(stand);
    assert.ok(
      wrong.some((line) =>
        /^Identity: the app lacks the one by which it reaches queue and storage/.test(line),
      ),
      wrong.join('\n'),
    );
  });

  it('messages that were given up, and settings that nobody asked for, which is no failure', async () => {
    const stand = await deployed();
    stand.cloud.change(({ drift }) => {
      drift.messages = { 'simulation-tasks-poison': 3 };
      drift.settings = { MODELOPS_THREADS_PER_TASK: '8' };
    });
    const { exitCode, limited } = await findings(stand);
    assert.equal(exitCode, 0);
    assert.match(limited.join('\n'), /simulation-tasks-poison has about 3 messages that were given up/);
    assert.match(limited.join('\n'), /MODELOPS_THREADS_PER_TASK is set, and was not asked/);
  });

  it('that the app does not answer, and tries nothing out then', async () => {
    const stand = await deployed();
    stand.cloud.change((cloud) => {
      const { deployments = {} } = cloud.groups['modelops-epi'] ?? {};
      const app = deployments['modelops-epi'];
      if (app) app.outputs.healthUrl = 'http://127.0.0.1:9/api/health';
    });
    const { exitCode, stdout } = await stand.deploy('check', '--name', 'epi', '--wait-minutes', '0.005');
    assert.equal(exitCode, 1);
    assert.match(stdout, /✗ Health .*127\.0\.0\.1:9[\s\S]*– Simulations +not tried: the app is not well/);
  });
});

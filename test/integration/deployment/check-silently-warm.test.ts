import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deployed, findings } from './deployed-stand.js';

describe("the reasons why ModelOps' cold executor silently ran warm", () => {
  it('the environment variable is ignored: the app itself says which executor is in force', async () => {
    const stand = await deployed();
    stand.says.executor = 'isolated_warm';
    const { exitCode, wrong } = await findings(stand);
    assert.equal(exitCode, 1);
    assert.match(
      wrong.join('\n'),
      /Executor: the app runs isolated_warm, and cold was asked, although MODELOPS_EXECUTOR_TYPE is "cold"/,
    );
  });

  it('a setting has no effect: it is named', async () => {
    const stand = await deployed();
    stand.says.settings_without_effect = ['MODELOPS_VALIDATE_DEPS: what a bundle declares is always checked'];
    const { limited } = await findings(stand);
    assert.deepEqual(limited, [
      'Without effect: MODELOPS_VALIDATE_DEPS: what a bundle declares is always checked',
    ]);
  });

  it('the image is stale: what runs says from which build it is', async () => {
    const stand = await deployed();
    stand.says.image = '0.0.1-aaaaaaaaaaaa';
    const { exitCode, wrong } = await findings(stand);
    assert.equal(exitCode, 1);
    assert.match(
      wrong.join('\n'),
      /Image: what runs says that it is 0\.0\.1-aaaaaaaaaaaa.*an old image is still running/,
    );
  });

  it('the image is older than the code here', async () => {
    const stand = await deployed();
    const older = 'cold-functions:0.0.1-aaaaaaaaaaaa';
    stand.cloud.change((cloud) => {
      cloud.images.push(older);
    });
    await stand.deploy('up', '--name', 'epi', '--set', `image=${older}`, '--no-smoke');
    stand.says.image = '0.0.1-aaaaaaaaaaaa';
    const { exitCode, limited } = await findings(stand);
    assert.equal(exitCode, 0);
    assert.match(
      limited.join('\n'),
      /0\.0\.1-aaaaaaaaaaaa runs, and this checkout is \S+: what was changed here since/,
    );
  });
});

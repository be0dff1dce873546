import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { up, wellStand } from './well-stand.js';

describe('Ctrl-C during deploy up', () => {
  for (const [command, sentence] of [
    [
      'deployment group create',
      /It was making everything but the app\.\nThere by now: the resource group modelops-epi\.\nAzure goes on with it by itself/,
    ],
    [
      'acr build',
      /It was providing the image \S+\.\nThere by now: .*with the registry crepia1b2c3d4\.\nA build that has begun goes on/,
    ],
  ] as const) {
    it(`in \`az ${command}\` says what is there, what goes on, and how to go on`, async () => {
      const stand = await wellStand();
      stand.cloud.change((cloud) => {
        cloud.hangs = [command];
      });
      const running = stand.start(...up);
      await stand.called(command);
      running.kill('SIGINT');
      const { exitCode, stderr } = await running;
      assert.equal(exitCode, 130);
      assert.match(stderr, sentence);
      assert.match(stderr, /To go on, give the same command again/);
      assert.deepEqual(readdirSync(stand.tmp), []);
    });
  }
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolders } from '../fixtures/temporary-folders.js';
import { infraFolder } from './infra-folder.js';

describe('the check for the scaler, with a stand-in for az', () => {
  const temporaryFolder = temporaryFolders();

  /** @param answers what the logs hold, look by look; the last one stays */
  async function check(answers: string[], ...args: string[]) {
    const az = `#!/bin/sh
cd "$(dirname "$0")"
printf '%s\\n' "$@" > asked
look=$(cat look)
echo $((look + 1)) > look
[ -f "answer$look" ] || look=last
cat "answer$look"
`;
    const files = answers.map((answer, at) => [`answer${at}`, answer] as const);
    const last = answers.at(-1) ?? '';
    const folder = await temporaryFolder({
      'az*': az,
      look: '0',
      answerlast: last,
      ...Object.fromEntries(files),
    });
    const env = { PATH: `${folder}:${process.env.PATH}`, LOOK_EVERY_SECONDS: '0.01' };
    const given = args.length > 0 ? args : ['customer-id', 'ca-sweep', '15'];
    const run = spawnSync(join(infraFolder, 'check-scaler.sh'), given, {
      env,
      encoding: 'utf8',
      timeout: 20_000,
    });
    return { ...run, asked: () => readFileSync(join(folder, 'asked'), 'utf8') };
  }

  it('finds it, and asks the logs of that app only', async () => {
    const { status, stdout, asked } = await check(['', '', 'started Scaler azure-queue is built']);
    assert.deepEqual([status, stdout], [0, 'The scaler of ca-sweep is there.\n']);
    assert.match(asked(), /--workspace\ncustomer-id\n[\s\S]*ContainerAppName == 'ca-sweep'/);
  });

  it('says that it was skipped, and what to do', async () => {
    const { status, stderr } = await check([
      'failed Skipping configuration of KEDA scale rule for runSimulation',
    ]);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /is not there: Skipping configuration[\s\S]*Restart the revision.*minimumInstances=1/,
    );
  });

  it('gives up when nothing is said of it', async () => {
    const { status, stderr } = await check([''], 'customer-id', 'ca-sweep', '0');
    assert.equal(status, 3);
    assert.match(stderr, /Nothing is known of the scaler of ca-sweep yet/);
  });

  it('says how it is used', async () => {
    assert.equal((await check([''], 'customer-id')).status, 2);
  });
});

import assert from 'node:assert/strict';
import type { Cloud } from '../../fixtures/az/cloud.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { type DeployStand, sayDetails, startDeployStand } from './stand.js';

const make = temporaryFolders();
const check = ['check', '--name', 'epi', '--no-smoke', '--json'];

/** A stand with an app, for tests of what is found of it. */
export interface Deployed extends DeployStand {
  /** Changes what the app tells of itself. */
  says: Record<string, unknown>;
}

/** What was deployed with some options, once for all tests of a file. */
const known = new Map<string, Cloud>();

/** A stand on which an app was deployed with these options, to be checked. */
export async function deployed(...options: string[]): Promise<Deployed> {
  const stand = await startDeployStand(make);
  const says: Record<string, unknown> = {
    executor: 'cold',
    python: { python: '/opt/python/bin/python3', version: '3.12.4' },
    settings_without_effect: [],
  };
  const healthUrl = await sayDetails(() => says);
  stand.cloud.change((cloud) => {
    cloud.outputs.healthUrl = healthUrl;
    cloud.functionKey = 'the-key';
    cloud.scaler = [{ said: 'started', Log: 'built' }];
  });
  const before = known.get(options.join());
  if (before === undefined) {
    const up = await stand.deploy(
      'up',
      '--name',
      'epi',
      '--location',
      'westeurope',
      '--no-smoke',
      ...options,
    );
    assert.equal(up.exitCode, 0, up.stderr);
    known.set(options.join(), stand.cloud.read());
  } else {
    stand.cloud.change((cloud) => {
      const { groups, images } = structuredClone(before);
      Object.assign(cloud, { groups, images });
      const app = groups['modelops-epi']?.deployments['modelops-epi'];
      if (app) app.outputs.healthUrl = healthUrl;
    });
  }
  const [image = ''] = stand.cloud.read().images;
  says.image = image.split(':')[1];
  return { ...stand, says };
}

/** What `deploy check` finds there. */
export async function findings(stand: DeployStand, ...options: string[]) {
  const { exitCode, stdout, stderr } = await stand.deploy(...check, ...options);
  const { checks = [], error } = JSON.parse(stdout) as {
    checks?: { name: string; state: string; found: string }[];
    error?: { message: string };
  };
  assert.equal(error, undefined, stderr);
  const lines = (state: string) =>
    checks.filter((each) => each.state === state).map(({ name, found }) => `${name}: ${found}`);
  return { exitCode, wrong: lines('missing'), limited: lines('limited'), ok: lines('ok') };
}

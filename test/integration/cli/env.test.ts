import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CliStand, startStand } from './stand.js';

const wire = `
import os
if os.environ.get("NEEDED") == "no":
    raise ImportError("a library that LD_LIBRARY_PATH would name")
def wire(entrypoint, params, seed):
    return {name: os.environ.get(name, "") for name in ("SUMO_HOME", "LD_LIBRARY_PATH", "OF_BUNDLE", "OMP_NUM_THREADS", "LICENCE")}
`;
const metadata = '{"env": {"OF_BUNDLE": "bundle", "SUMO_HOME": "bundle"}, "threads": 2}';
const what = ['--bundle', 'model', '--entrypoint', 'models.sir/baseline'];
let stand: CliStand;

before(async () => {
  stand = await startStand({ LICENCE: '27000@licences', MODELOPS_TASK_ENV_PASS: 'LICENCE' });
  await mkdir(join(stand.folder, 'model', '.modelops'), { recursive: true });
  await writeFile(join(stand.folder, 'model', 'wire.py'), wire);
  await writeFile(join(stand.folder, 'model', '.modelops', 'manifest.json'), metadata);
});
after(() => stand.stop());

test('a task that is run here gets what --env, its bundle and the app name, in that order', async () => {
  const { exitCode, stdout, stderr } = await stand.cli(
    ...['run', ...what, '--to', 'out', '--json'],
    ...['--env', 'SUMO_HOME=/opt/sumo=1', '--env', 'LD_LIBRARY_PATH=/opt/lib'],
  );
  assert.equal(exitCode, 0, stderr);
  const { folder, attestation } = JSON.parse(stdout);
  const read = (name: string) => readFile(join(stand.folder, folder, name), 'utf8');
  const names = ['SUMO_HOME', 'LD_LIBRARY_PATH', 'OF_BUNDLE', 'OMP_NUM_THREADS', 'LICENCE'];
  assert.deepEqual(await Promise.all(names.map(read)), [
    '/opt/sumo=1',
    '/opt/lib',
    'bundle',
    '2',
    '27000@licences',
  ]);
  assert.deepEqual(attestation.threads, { most: 2, overridden: [] });
});

test('every task that is submitted has the variables of --env, and a result of its own', async () => {
  const submit = ['submit', ...what, '--grid', 'x=1,2', '--dry-run', '--json'];
  const planned = async (...more: string[]) => {
    const { exitCode, stdout, stderr } = await stand.cli(...submit, ...more);
    assert.equal(exitCode, 0, stderr);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const tasks = await planned('--env', 'SUMO_HOME=/opt/sumo');
  assert.deepEqual(
    tasks.map(({ env }) => env),
    [{ SUMO_HOME: '/opt/sumo' }, { SUMO_HOME: '/opt/sumo' }],
  );
  const keys = [...tasks, ...(await planned())].map(({ result_key }) => result_key);
  assert.equal(new Set(keys).size, 4);
});

test('the bundle is tried out with the variables that its tasks have', async () => {
  const submit = ['submit', ...what, '--grid', 'x=1', '--job-id', 'tried-out'];
  const refused = await stand.cli(...submit, '--env', 'NEEDED=no');
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /a library that LD_LIBRARY_PATH would name/);
  const sent = await stand.cli(...submit, '--env', 'NEEDED=yes');
  assert.equal(sent.exitCode, 0, sent.stderr);
});

test('a variable that a file gives itself is not given again', async () => {
  const task = {
    entrypoint: 'models.sir/baseline',
    params: { values: {} },
    seed: 1,
    env: { SUMO_HOME: '/a' },
  };
  await writeFile(join(stand.folder, 'job.json'), JSON.stringify({ tasks: [task] }));
  const submit = ['submit', 'job.json', '--bundle', 'model', '--dry-run', '--json'];
  const { exitCode, stderr } = await stand.cli(...submit, '--env', 'SUMO_HOME=/b');
  assert.equal(exitCode, 2);
  assert.match(stderr, /the file gives SUMO_HOME itself\. Leave one of them out\./);
  const { stdout } = await stand.cli(...submit, '--env', 'OTHER=b');
  assert.deepEqual(JSON.parse(stdout).env, { SUMO_HOME: '/a', OTHER: 'b' });
});

for (const [given, reason] of [
  [['SUMO_HOME'], /--env "SUMO_HOME": write it as NAME=VALUE/],
  [['A=1', 'A=2'], /--env "A=2": A is given twice/],
  [['HOME=/root'], /HOME.*it points into the task's private folder/],
  [['MOPS_COLD_WORKER=1'], /MOPS_COLD_WORKER.*a worker knows what it has started/],
  [['A-B=1'], /no name of an environment variable/],
] as const) {
  test(`--env ${given.join(' ')} is refused with the reason`, async () => {
    const env = given.flatMap((text) => ['--env', text]);
    for (const verb of [['run'], ['submit', '--dry-run'], ['bench']]) {
      const { exitCode, stderr } = await stand.cli(...verb, ...what, ...env);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, reason);
    }
  });
}

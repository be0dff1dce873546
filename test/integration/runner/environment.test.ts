import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { threadCaps } from '../../../src/contracts/environment/thread-caps.js';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { processVariables } from '../../../src/environments/process-variables.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { thisMachine } from '../../../src/runner/report/this-machine.js';
import type { PythonEnvironment } from '../../../src/simulation/ports.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import {
  createFixtureRunner,
  type FixtureRun,
  type FixtureRunner,
  localBundle,
  python,
} from './run-fixture.js';

const make = temporaryFolders();
const executors =
  process.platform === 'linux'
    ? (['cold', 'forkserver', 'isolated_warm', 'direct'] as const)
    : (['cold', 'isolated_warm', 'direct'] as const);
let runner: FixtureRunner;
let venv: PythonEnvironment;

before(async () => {
  runner = await createFixtureRunner({
    passed: { SUMO_HOME: '/opt/sumo', SHARED: 'of the app' },
    standby: { most: 1, unusedMs: 60_000 },
  });
  const folder = join(await make(), 'environment');
  await makeVenv(folder);
  await writeFile(
    join(folder, 'bin', 'tells-its-prefix'),
    `#!${folder}/bin/python\nimport sys\nprint(sys.prefix)\n`,
  );
  await chmod(join(folder, 'bin', 'tells-its-prefix'), 0o755);
  venv = await createEnvironments({ python: folder, venvsFolder: '/nowhere' }).base();
});
after(() => runner.close());

async function told(run: FixtureRun): Promise<{
  env: Record<string, string>;
  prefixes: string[];
  command: string;
  report: Awaited<ReturnType<FixtureRunner['run']>>;
}> {
  const report = await runner.run('prints_environment', run);
  assert.equal(report.outcome, 'succeeded', report.reason + report.logText);
  const { environment = '', prefixes = '', command = '' } = report.outputs;
  return { env: JSON.parse(environment), prefixes: JSON.parse(prefixes), command, report };
}

for (const executor of executors) {
  test(`under ${executor}, python3 and console scripts of a task are those of its virtual environment`, async () => {
    // The second one meets a process that was started ahead, forked or used before.
    for (let task = 0; task < 2; task += 1) {
      const { env, prefixes, command } = await told({
        executor,
        environment: venv,
        params: '{"command": "tells-its-prefix"}',
      });
      const folder = dirname(dirname(venv.python));
      assert.deepEqual([...prefixes, command], [folder, folder, folder]);
      assert.equal(env.VIRTUAL_ENV, folder);
      assert.equal(env.CONDA_PREFIX, undefined);
    }
  });

  test(`under ${executor}, every library is held to the threads of its task, which the attestation tells`, async () => {
    const before = await told({ executor });
    const caps = threadCaps(1);
    assert.deepEqual(Object.fromEntries(Object.keys(caps).map((name) => [name, before.env[name]])), caps);
    assert.deepEqual(before.report.attestation?.threads, { most: 1, overridden: [] });

    const { env, report } = await told({ executor, threads: 3, task: { env: { NUMBA_NUM_THREADS: '2' } } });
    assert.deepEqual([env.OMP_NUM_THREADS, env.NUMBA_NUM_THREADS], ['3', '2']);
    assert.deepEqual(report.attestation?.threads, { most: 3, overridden: ['NUMBA_NUM_THREADS'] });
  });
}

test("the app's variables come first, then the bundle's, then the task's", async () => {
  const path = join(packageRoot, 'test', 'fixtures', 'simulations', 'prints_environment');
  const local = await localBundle(path);
  const bundle = {
    ...local,
    metadata: { ...local.metadata, env: { SHARED: 'of the bundle', MINE: 'bundle' } },
  };
  const of = async (run: FixtureRun) => {
    const { SUMO_HOME, SHARED, MINE } = (await told(run)).env;
    return [SUMO_HOME, SHARED, MINE];
  };
  assert.deepEqual(await of({}), ['/opt/sumo', 'of the app', undefined]);
  const other = { ...bundle, digest: `sha256:${'2'.repeat(64)}` };
  assert.deepEqual(await of({ bundle: other }), ['/opt/sumo', 'of the bundle', 'bundle']);
  const task = { env: { MINE: 'task' } };
  assert.deepEqual(await of({ bundle: other, task }), ['/opt/sumo', 'of the bundle', 'task']);
});

test('a task preloads what it likes, and is what its parent sees all the same', {
  skip: process.platform !== 'linux',
}, async () => {
  const { env, report } = await told({ task: { env: { LD_PRELOAD: '/nowhere/lib.so' } } });
  assert.equal(env.LD_PRELOAD, '/nowhere/lib.so');
  assert.deepEqual(report.attestation?.told, report.attestation?.seen);
  assert.match(report.logText, /\/nowhere\/lib\.so/);
});

test('an interpreter that python3 on PATH is not comes first, under that name', async () => {
  const folder = await make();
  const [others, own, links] = [join(folder, 'others'), join(folder, 'own'), join(folder, 'links')];
  await Promise.all([others, own].map((path) => mkdir(path)));
  await writeFile(join(others, 'python3'), '#!/bin/sh\necho another\n');
  await chmod(join(others, 'python3'), 0o755);
  const named = join(own, 'python3.99');
  await symlink(python, named);
  const found = { python: named, prefix: '/nowhere' };
  const version = (PATH: string | undefined) =>
    execFileSync('/bin/sh', ['-c', 'python3 -c "import sys; print(sys.executable)"'], {
      env: { PATH },
      encoding: 'utf8',
    }).trim();

  const { PATH } = await processVariables(found, links, `${others}:/usr/bin:/bin`);
  assert.notEqual(version(PATH), 'another');
  assert.deepEqual(await processVariables(found, links, `${others}:/usr/bin:/bin`), { PATH }, 'and again');

  await symlink(named, join(own, 'python3'));
  const inOwn = await processVariables(found, links, `${others}:/bin`);
  assert.deepEqual(inOwn, { PATH: `${own}:${others}:/bin` });
  const asItWas = await processVariables(found, links, `${own}:${others}`);
  assert.deepEqual(asItWas, { PATH: `${own}:${others}` }, 'python3 on PATH is it already');
});

test('a conda environment is named, and its commands come first', async () => {
  const prefix = await make({ 'conda-meta/history': '', 'bin/python3': '' });
  const variables = await processVariables(
    { python: join(prefix, 'bin', 'python3'), prefix },
    undefined,
    '/bin',
  );
  assert.deepEqual(variables, { PATH: `${prefix}/bin:/bin`, CONDA_PREFIX: prefix });
});

for (const executor of executors) {
  test(`under ${executor}, the attestation tells the machine and the environment that a result came from`, async () => {
    const { report } = await told({ executor, environment: venv });
    const { machine, environment } = report.attestation ?? {};
    assert.deepEqual(machine, await thisMachine());
    assert.deepEqual(environment, await venv.facts?.());
    assert.match(environment?.distributions ?? '', /^sha256:[0-9a-f]{64}$/);
  });
}

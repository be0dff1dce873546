import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { blobNames, startApp } from './running-app.js';

const make = temporaryFolders();
const azurite = await startAzurite();
after(() => azurite.stop());

const models = {
  leaks: 'KEPT = []\ndef wire(e, p, seed):\n    KEPT.append(p["x"])\n    return {"x": str(KEPT[0])}\n',
  clean: 'def wire(e, p, seed):\n    return {"x": str(p["x"])}\n',
  // As a cast that fails in C++ after another task: an exception that comes under reuse alone.
  raises:
    'KEPT = []\ndef wire(e, p, seed):\n    KEPT.append(1)\n    if p["x"] == 3: raise ValueError("three")\n    if len(KEPT) > 1: raise TypeError("an int")\n    return {"x": "right"}\n',
  draws: 'import os\ndef wire(e, p, seed):\n    return {"x": os.urandom(8).hex()}\n',
};

test('a job that reused processes is checked by a sample that runs cold, and its tasks can be diagnosed', async (t) => {
  const folder = await make();
  await mkdir(join(folder, 'tmp'));
  const app = await startApp(azurite, { MODELOPS_EXECUTOR_TYPE: 'isolated_warm' });
  t.after(() => app.stop());
  const mopsCold = (...args: string[]) =>
    execa(process.execPath, [join(packageRoot, 'dist', 'cli', 'main.js'), ...args], {
      cwd: folder,
      env: { ...app.env, TMPDIR: join(folder, 'tmp') },
      extendEnv: false,
      reject: false,
      timeout: 240_000,
    });
  for (const [name, wire] of Object.entries(models)) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'wire.py'), wire);
    const task = ['--bundle', name, '--entrypoint', 'models.test/baseline', '--grid', 'x=1,2,3'];
    const sent = await mopsCold('submit', ...task, '--job-id', name, '--no-preflight', '--watch');
    assert.equal(sent.exitCode, name === 'raises' ? 3 : 0, sent.stdout + sent.stderr);
  }

  const leaks = await mopsCold('diagnose', '--sample', '100%', 'leaks', '--json');
  assert.equal(leaks.exitCode, 4, leaks.stdout + leaks.stderr);
  const found = JSON.parse(leaks.stdout);
  assert.equal(found.leaked.length, 2, 'the first task of the process was right');
  assert.deepEqual([found.compared, found.same, found.cold], [3, 1, 0]);
  assert.match(leaks.stderr, /It leaks: 2 tasks of 3/);

  const raises = await mopsCold('diagnose', '--sample', '100%', 'raises', '--json');
  assert.equal(raises.exitCode, 4, raises.stdout + raises.stderr);
  const failed = JSON.parse(raises.stdout);
  assert.deepEqual([failed.compared, failed.same, failed.failed_alike], [3, 2, 1], 'one always fails');
  assert.equal(failed.leaked.length, 1);
  assert.match(raises.stderr, /simulation-failed \(TypeError\) the first time, succeeded the second time/);

  const clean = await mopsCold('diagnose', '--sample', '2', 'clean');
  assert.equal(clean.exitCode, 0, clean.stdout + clean.stderr);
  assert.match(clean.stdout, /2 of 2 tasks have the same bytes/);

  const draws = await mopsCold('diagnose', '--sample', '100%', 'draws');
  assert.equal(draws.exitCode, 5, draws.stdout + draws.stderr);
  assert.match(draws.stdout, /that is no leak/);

  const why = await mopsCold('diagnose', '--job', 'leaks', '--json');
  assert.equal(why.exitCode, 4, why.stdout + why.stderr);
  const { leak, tasks } = JSON.parse(why.stdout);
  assert.deepEqual([tasks.length, leak.shortest.sequence.length], [3, 2]);

  // In the app: of a folder, which is stored first, and of a job, beside which the report is kept.
  const inApp = await mopsCold(
    ...['diagnose', '--bundle', 'leaks', '--entrypoint', 'models.test/baseline', '--grid', 'x=1,2'],
    ...['--seeds', '1', '--in-app', '--json'],
  );
  assert.equal(inApp.exitCode, 4, inApp.stdout + inApp.stderr);
  assert.match(
    inApp.stderr,
    /The app diagnoses it \(request \S+\)[\s\S]*Running 2 tasks cold[\s\S]*It leaks/,
  );
  const diagnosed = JSON.parse(inApp.stdout);
  assert.deepEqual([diagnosed.tasks.length, diagnosed.leak.shortest.sequence.length], [2, 2]);
  assert.equal(diagnosed.leak.culprits[0].verdict, 'cause');
  const ofJob = await mopsCold('diagnose', '--job', 'clean', '--in-app', '--json');
  assert.equal(ofJob.exitCode, 0, ofJob.stdout + ofJob.stderr);
  const kept = [
    ...(await blobNames(app.jobs, 'diagnoses/')),
    ...(await blobNames(app.jobs, 'jobs/clean/diagnoses/')),
  ];
  assert.equal(kept.filter((name) => name.endsWith('/diagnosis.json')).length, 2, kept.join());
  assert.deepEqual(await app.refused(), []);
});

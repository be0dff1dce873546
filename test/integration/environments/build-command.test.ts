import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { createFixtureRunner, eventually, type FixtureRunner, processesOf } from '../runner/run-fixture.js';
import { bundleOf, fails, make, python, stand, withUv } from './build-stand.js';

const naming = (command: string) =>
  `[project]\nname = "model"\nversion = "1"\ndependencies = ["mopsdep==1.0"]\n[tool.modelops]\nbuild = ${JSON.stringify(command)}\nenv = { FROM_BUNDLE = "yes" }\n`;
const tells = {
  'wire.py':
    'import pathlib\n\ndef wire(*task):\n    made = pathlib.Path("made.txt")\n    text = made.read_text()\n    made.write_text("changed by a task")\n    return {"made": text}\n',
};
/** What it makes tells how often it ran, and where. */
const makes = (counter: string) =>
  `import os, pathlib, sys, mopsdep\nwith open(${JSON.stringify(counter)}, "a") as file:\n    file.write("x")\npathlib.Path("made.txt").write_text(" ".join([mopsdep.version, os.environ["FROM_BUNDLE"], str("AZURE_CANARY" in os.environ)]))\n`;

withUv(() => {
  let runner: FixtureRunner;
  before(async () => {
    runner = await createFixtureRunner();
  });
  after(() => runner.close());

  test('a build command runs once in the environment, and every task starts with what it has left', async () => {
    const counter = join(await make(), 'counter');
    process.env.AZURE_CANARY = 'secret';
    const { open, environments } = await stand();
    const bundle = await bundleOf({
      ...tells,
      'make.py': makes(counter),
      'pyproject.toml': naming('python make.py'),
    });
    const opened = await Promise.all([environments, open(), open()].map((each) => each.forBundle(bundle)));
    delete process.env.AZURE_CANARY;
    for (const executor of ['cold', 'cold', 'isolated_warm'] as const) {
      const { outcome, reason, outputs } = await runner.run('', {
        bundle,
        executor,
        environment: opened[0] as NonNullable<(typeof opened)[0]>,
      });
      assert.equal(outcome, 'succeeded', reason);
      assert.equal(outputs.made, '1.0 yes False');
    }
    assert.equal(await readFile(counter, 'utf8'), 'x');
    assert.deepEqual((await readdir(bundle.path)).sort(), ['make.py', 'pyproject.toml', 'wire.py']);
  });

  test('one that fails makes its tasks fail with what it said, and is not run again for each', async () => {
    const counter = join(await make(), 'counter');
    const { open, folder } = await stand();
    const command = `echo x >> ${counter}; echo "model.f90:3: Error" >&2; exit 4`;
    const bundle = await bundleOf({ ...tells, 'pyproject.toml': naming(command) });
    const reason =
      /by its build command, ".*", for Python .*: its build exited with 4\.[\s\S]*model\.f90:3: Error/;
    await assert.rejects(open().forBundle(bundle), fails(reason));
    await assert.rejects(open().forBundle(bundle), fails(/is not tried again/));
    assert.equal(await readFile(counter, 'utf8'), 'x\n');
    const left = (await readdir(join(folder, 'bundles'))).map((name) => name.replace(/^[0-9a-f]+/, 'id'));
    assert.deepEqual(left.sort(), ['id.failed.json', 'id.log']);
  });

  test('in a bundle that needs no packages it runs with the Python of all bundles', async () => {
    const { environments } = await stand();
    const bundle = await bundleOf({
      ...tells,
      'pyproject.toml':
        '[tool.modelops]\nbuild = "python3 -c \'open(\\"made.txt\\", \\"w\\").write(\\"base\\")\'"\n',
    });
    assert.notEqual(await environments.toBuild(bundle), undefined);
    const environment = await environments.forBundle(bundle);
    assert.equal((await runner.run('', { bundle, environment })).outputs.made, 'base');
    assert.equal(await environments.toBuild(bundle), undefined);
  });

  test('where nothing is built, it is said', async () => {
    const environments = createEnvironments({ python, venvsFolder: await make() });
    const bundle = await bundleOf({ ...tells, 'pyproject.toml': '[tool.modelops]\nbuild = "make"\n' });
    await assert.rejects(
      environments.forBundle(bundle),
      fails(/MODELOPS_ENVIRONMENTS=installed none is run/),
    );
  });

  for (const [what, limits, command, reason] of [
    ['hangs', { timeoutMs: 1000 }, 'sleep 1000', /took longer than 1 s/],
    [
      'takes too much memory',
      { memoryBytes: 300 * 2 ** 20 },
      'python3 -c "x = bytearray(2**30); import time; time.sleep(1000)"',
      /took more than 314572800 bytes of memory/,
    ],
    [
      // No more than it takes to be seen: other tests run beside this one.
      'starts ever more processes',
      { processes: 30 },
      'for i in $(seq 60); do sleep 1000 & done; sleep 1000',
      /had more than 30 processes at once/,
    ],
    [
      'fills the disk with one file',
      { diskBytes: 20 * 2 ** 20 },
      `python3 -c "open('big', 'wb').write(bytes(2**28))"; sleep 1000`,
      /wrote more than the 20971520 bytes that environments may take \(MODELOPS_VENVS_BYTES\)/,
    ],
    [
      'fills the disk with many files, below HOME',
      { diskBytes: 20 * 2 ** 20 },
      'mkdir $HOME/a; for i in $(seq 64); do head -c 1048576 /dev/zero > $HOME/a/$i; done; sleep 1000',
      /wrote more than the 20971520 bytes/,
    ],
  ] as const)
    test(`one that ${what} is ended, for good and with all that it started`, {
      skip: process.platform !== 'linux' && !/hangs|disk/.test(what) && 'Linux only',
    }, async () => {
      const { environments, folder } = await stand({ limits });
      const bundle = await bundleOf({ ...tells, 'pyproject.toml': naming(command) });
      await assert.rejects(environments.forBundle(bundle), fails(reason));
      await eventually('nothing of it runs', () => processesOf(folder).length === 0);
      const left = (await readdir(join(folder, 'bundles'))).map((name) => name.replace(/^[0-9a-f]+/, 'id'));
      assert.deepEqual(left.sort(), ['id.failed.json', 'id.log']);
    });

  test('a daemon that it leaves is ended with it, and endless output fills no disk', async () => {
    const { environments, folder } = await stand();
    const daemon =
      'import os, sys, time\nopen("made.txt", "w").write("made")\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(1000)\n    os._exit(0)\nsys.stdout.write("line\\n" * 2**24)\n';
    const bundle = await bundleOf({
      ...tells,
      'make.py': daemon,
      'pyproject.toml': naming('python3 make.py'),
    });
    await environments.forBundle(bundle);
    await eventually('nothing of it runs', () => processesOf(folder).length === 0);
    const [log = ''] = (await readdir(join(folder, 'bundles'))).filter((name) => name.endsWith('.log'));
    const text = await readFile(join(folder, 'bundles', log), 'utf8');
    assert.ok(text.length < 70 * 2 ** 20, String(text.length));
    assert.match(text.slice(-100), /The rest is left out/);
  });

  test('a killed build leaves nothing that is taken for built', async () => {
    const { open, folder } = await stand();
    const bundle = await bundleOf({ ...tells, 'pyproject.toml': naming('echo made > made.txt') });
    const { path: builtBundle = '' } = (await open().forBundle(bundle)).builtBundle ?? {};
    // As it would be without its last step, and with the folder of the build.
    await writeFile(join(builtBundle, 'made.txt'), 'half');
    await rm(join(builtBundle, '..', 'built.json'));
    await mkdir(`${join(builtBundle, '..')}.tmp-000000`);
    const again = await open().forBundle(bundle);
    assert.equal(await readFile(join(again.builtBundle?.path ?? '', 'made.txt'), 'utf8'), 'made\n');
    assert.ok(!(await readdir(join(folder, 'bundles'))).some((name) => name.includes('.tmp-')));
  });
});

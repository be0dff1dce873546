import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, lstatSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { packageRoot } from '../../../src/package/package-root.js';
import { boundaryHere } from '../../../src/runner/boundary-here.js';
import { defaultSandbox } from '../../../src/runner/process/sandbox.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { writeWheels } from '../../fixtures/environments/package-index.js';
import { projectFiles } from '../../fixtures/environments/project-files.js';
import { runningAs } from '../../fixtures/processes/running-as.js';
import { createFixtureRunner, python as first } from '../runner/run-fixture.js';
import { bundleOf, fails, index, left, make, project, stand, withEach, withUv } from './build-stand.js';

/** A developer's own is often below the home of root, where not every machine lets other users use it. */
const python =
  (await boundaryOf(first)).withoutUsers !== '' && existsSync('/usr/bin/python3')
    ? '/usr/bin/python3'
    : first;
const boundary = await boundaryOf(python);
const skip =
  process.platform !== 'linux'
    ? 'it takes Linux'
    : process.getuid?.() !== 0
      ? 'it takes root'
      : boundary.withoutUsers || false;

function boundaryOf(path: string) {
  return boundaryHere(bareEnvironment(path), join(tmpdir(), 'nowhere'), defaultSandbox);
}

const required = { ...defaultSandbox, required: true };
const apart = () => stand({ sandbox: required }, undefined, python);

const hostile = readFileSync(join(packageRoot, 'test', 'fixtures', 'environments', 'reaches_out.py'), 'utf8');
const building = (command: string) => `[tool.modelops]\nbuild = ${JSON.stringify(command)}\n`;

describe('code of strangers that a build runs', { skip }, () => {
  const at: Record<string, unknown> = {};
  let folder: string;
  before(async () => {
    folder = await make();
    const cache = join(folder, 'cache');
    process.env.UV_CACHE_DIR = cache;
    process.env.AZURE_CANARY = 'secret';
    await writeFile(join(folder, 'key'), 'secret', { mode: 0o600 });
    await mkdir(join(folder, 'bundles', 'other'), { recursive: true });
    await writeFile(join(folder, 'bundles', 'other', 'wire.py'), '');
    chmodSync(join(folder, 'bundles'), 0o700); // as the cache has it
    copyFileSync('/usr/bin/id', join(folder, 'id'));
    chmodSync(join(folder, 'id'), 0o4755);
    Object.assign(at, {
      worker: process.pid,
      key: join(folder, 'key'),
      setuid: join(folder, 'id'),
      bundles: join(folder, 'bundles'),
      cache,
      index: [new URL(index.url).hostname, Number(new URL(index.url).port)],
      offline: boundary.closesNetwork,
    });
  });
  after(() => {
    delete process.env.UV_CACHE_DIR;
    delete process.env.AZURE_CANARY;
  });

  /** With another environment that is there, and another build that runs. */
  async function places() {
    const { environments, folder: venvs } = await apart();
    const { python: other } = await environments.forBundle(
      await bundleOf({ 'pyproject.toml': project('mopsdep==1.0') }),
    );
    await mkdir(join(venvs, 'other'), { mode: 0o700 });
    await writeFile(join(venvs, 'other', 'source'), '');
    return { environments, venvs, at: { ...at, venvs, environment: join(other, '..', '..') } };
  }

  function mustHaveReachedNothing(log: string): void {
    const [, user] = /^\(as user (\d+), /m.exec(log) ?? [];
    assert.ok(user, log);
    const told = log.split('\n').filter((line) => /^[a-z ]+: /.test(line));
    assert.ok(told.length >= 17, log);
    // What is not there would be no proof, but for processes that are hidden.
    const isHidden = (line: string) => boundary?.hidesProcesses && /'\/proc\/\d+\//.test(line);
    assert.deepEqual(
      told.filter((line) => / reached$|No such file/.test(line) && !isHidden(line)),
      [],
    );
    assert.deepEqual(runningAs(Number(user)), []);
  }

  withEach((kind) => {
    test('a build backend reaches nothing that is not its own, and no network', async () => {
      const { environments, venvs, at } = await places();
      const bundle = await bundleOf({
        ...projectFiles({ first: 'exec(open("reaches_out.py").read(), {})' }),
        'reaches_out.py': hostile,
        'at.json': JSON.stringify(at),
      });
      const { python: own } = await environments.forBundle(bundle);
      const log = await logIn(venvs, join(own, '..', '..'));
      mustHaveReachedNothing(await readFile(log, 'utf8'));
    });

    test('nothing of what is installed runs as the app, when it is built and when it is opened', async () => {
      const seen = join(folder, 'seen');
      await writeFile(seen, '');
      chmodSync(seen, 0o666);
      const says = `import os; open(${JSON.stringify(seen)}, "a").write("%d " % os.getuid())\n`;
      const wheels = await make();
      await writeWheels(wheels, [{ name: 'mopspth', version: '1.0', files: { 'mopspth.pth': says } }]);
      const [wheel = ''] = await readdir(wheels);
      const { open } = await apart();
      const bundle = await bundleOf({
        ...projectFiles({ requires: ['mopspth'], asks: ['mopsdep'], project: 'dependencies = ["mopspth"]' }),
      });
      await mkdir(join(bundle.path, 'wheels'));
      copyFileSync(join(wheels, wheel), join(bundle.path, 'wheels', wheel));
      await open().forBundle(bundle);
      const { numerics } = await open().forBundle(bundle);
      assert.deepEqual((await numerics()).numpyFeatures, []);
      const users = (await readFile(seen, 'utf8')).trim().split(' ');
      assert.ok(users.length >= 3, String(users));
      assert.deepEqual(
        users.filter((user) => Number(user) < (defaultSandbox.users?.first ?? 0)),
        [],
      );
    });

    for (const [place, content] of [
      ['scripts/python', '#!/bin/sh\necho mine'],
      ['data/pyvenv.cfg', 'home = /nowhere\nversion = 3.11.2\n'],
    ] as const)
      test(`a package that brings an interpreter of its own (${place}) is refused`, async () => {
        const wheels = await make();
        const files = { [`mopspython-1.0.data/${place}`]: content };
        await writeWheels(wheels, [{ name: 'mopspython', version: '1.0', files }]);
        const [wheel = ''] = await readdir(wheels);
        const { environments, folder: venvs } = await apart();
        const bundle = await bundleOf({ 'requirements.txt': 'mopspython\n' });
        await mkdir(join(bundle.path, 'wheels'));
        copyFileSync(join(wheels, wheel), join(bundle.path, 'wheels', wheel));
        await assert.rejects(environments.forBundle(bundle), fails(/./));
        assert.ok(!(await left(venvs)).includes('id'));
      });

    if (kind === 'uv') return;
    const strange = (first: string) => {
      const files = Object.entries(projectFiles({ first }));
      const inside = Object.fromEntries(files.map(([name, text]) => [`strange/${name}`, text]));
      return { ...inside, 'requirements.txt': './strange\n' };
    };

    test('what is built while it is installed writes to its environment, and reaches nothing else', async () => {
      const { environments, at } = await places();
      const own = { ...at, offline: false, installs: true };
      const bundle = await bundleOf({
        // pip tells only of what fails what it said.
        ...strange('exec(open("reaches_out.py").read(), {})\nraise SystemExit(1)'),
        'strange/reaches_out.py': hostile,
        'strange/at.json': JSON.stringify(own),
      });
      const error = await environments.forBundle(bundle).catch((error: unknown) => error);
      const [, log = ''] = /The whole log: (\S+)/.exec(String(error)) ?? [];
      mustHaveReachedNothing((await readFile(log, 'utf8')).replace(/^ +/gm, ''));
    });

    test('what pip writes next does not go where a link leads that it leaves', async () => {
      const { environments } = await apart();
      const own = await make({ key: 'secret' });
      const links = `import sys
pip = os.path.join(os.path.dirname(sys.executable), "..", "..", "pip")
for name in ("pip.log", "mopsproject-1.5-py3-none-any.whl"):
    if os.path.lexists(os.path.join(pip, name)): os.unlink(os.path.join(pip, name))
    os.symlink(${JSON.stringify(join(own, 'key'))}, os.path.join(pip, name))`;
      const inside = Object.entries(projectFiles({ name: 'mopsstrange', first: links }));
      const bundle = await bundleOf({
        ...projectFiles({ requires: ['mopsdep'] }),
        ...Object.fromEntries(inside.map(([name, text]) => [`strange/${name}`, text])),
        'requirements.txt': './strange\n',
      });
      await environments.forBundle(bundle);
      assert.equal(await readFile(join(own, 'key'), 'utf8'), 'secret');
    });

    test('a link that it leaves in the environment must not lead out of it', async () => {
      const { environments, folder: venvs } = await apart();
      const link = `import sys
environment = os.path.dirname(os.path.dirname(sys.executable))
os.symlink(${JSON.stringify(join(folder, 'key'))}, os.path.join(environment, "bytecode"))`;
      await assert.rejects(
        environments.forBundle(await bundleOf(strange(link))),
        fails(/has left a link in it, bytecode, that leads elsewhere/),
      );
      assert.ok(!(await left(venvs)).includes('id'));
    });
  });

  withUv(() => {
    for (const offline of [true, false])
      test(`a build command reaches nothing that is not its own${offline ? ', and no network where its bundle says so' : ''}`, async () => {
        const { environments, venvs, at } = await places();
        const bundle = await bundleOf({
          'reaches_out.py': hostile,
          'at.json': JSON.stringify({ ...at, offline: offline && boundary.closesNetwork }),
          'pyproject.toml': `${project('mopsdep==1.0')}${building('python reaches_out.py && echo made > made.txt')}${offline ? 'network = false\n' : ''}`,
        });
        const { builtBundle } = await environments.forBundle(bundle);
        mustHaveReachedNothing(await readFile(await logIn(join(venvs, 'bundles')), 'utf8'));
        const made = join(builtBundle?.path ?? '', 'made.txt');
        assert.equal(lstatSync(made).uid, process.getuid?.());
        assert.equal(lstatSync(made).mode & 0o777, 0o644);
      });

    for (const [what, command, reason] of [
      [
        'a file that would run as the app',
        'cp /usr/bin/id run && chmod 4755 run',
        /run, which would run as its owner/,
      ],
      ['a pipe', 'mkfifo deep && mkdir in && mv deep in', /in\/deep, a pipe/],
      [
        'folders below each other without end',
        `python3 -c "
import os
for _ in range(3000): os.mkdir('deep'); os.chdir('deep')"`,
        /too long/,
      ],
    ] as const)
      test(`${what} that it leaves is not taken over`, async () => {
        const { environments, folder: venvs } = await apart();
        const bundle = await bundleOf({ 'wire.py': '', 'pyproject.toml': building(command) });
        await assert.rejects(environments.forBundle(bundle), fails(reason));
        assert.deepEqual(await left(join(venvs, 'bundles')), ['id.failed.json', 'id.log']);
      });

    test('a link that it leaves is not followed, and a daemon does not outlive it', async () => {
      const { environments, folder: venvs } = await apart();
      const bundle = await bundleOf({
        'wire.py': 'def wire(*task):\n    return {"read": open("mine").read()}\n',
        'pyproject.toml': building(`ln -s ${folder}/key mine; python3 -c "
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)"`),
      });
      const environment = await environments.forBundle(bundle);
      assert.ok(lstatSync(join(environment.builtBundle?.path ?? '', 'mine')).isSymbolicLink());
      assert.equal(lstatSync(join(folder, 'key')).uid, process.getuid?.());
      const [, user] =
        /as user (\d+)/.exec(await readFile(await logIn(join(venvs, 'bundles')), 'utf8')) ?? [];
      assert.deepEqual(runningAs(Number(user)), []);
      const runner = await createFixtureRunner({ python, sandbox: required });
      try {
        const { reason, outcome } = await runner.run('', { bundle, environment });
        assert.equal(outcome, 'simulation-failed');
        assert.match(reason, /PermissionError/);
      } finally {
        await runner.close();
      }
    });

    test('what a backend makes a link of is not read for it', async () => {
      const { environments } = await apart();
      const answer = { wheel: 'x.whl', name: 'x', requires: [] };
      const first = `os.symlink(${JSON.stringify(join(folder, 'key'))}, os.path.join(folder, "x.whl"))
open(os.path.join(folder, "answer.json"), "w").write(${JSON.stringify(JSON.stringify(answer))})
os._exit(0)`;
      await assert.rejects(
        environments.forBundle(await bundleOf(projectFiles({ first }))),
        fails(/x\.whl, and there is something else/),
      );
    });

    test('a source that lies elsewhere on the machine is not built', async () => {
      const { environments } = await apart();
      const outside = await make(projectFiles({ name: 'mopssource' }));
      const bundle = await bundleOf({ 'requirements.txt': `${outside}\n` });
      await assert.rejects(environments.forBundle(bundle), fails(/is not in the bundle/));
    });
  });
});

withEach(() => {
  test('code that is to have a user of its own, and cannot, is refused, and not remembered as failed', async () => {
    const without = await stand({ sandbox: { ...required, users: undefined } });
    const bundle = await bundleOf(projectFiles());
    await assert.rejects(
      without.environments.forBundle(bundle),
      fails(/MODELOPS_REQUIRE_SANDBOX asks for a user of its own for it.*MODELOPS_SANDBOX_UIDS is none/),
    );
    await (await stand({ sandbox: { ...required, required: false } }, without.folder)).environments.forBundle(
      bundle,
    );
  });
});

/** The log of a build, of the environment if it is named. */
async function logIn(folder: string, environment?: string): Promise<string> {
  if (environment !== undefined) return `${environment}.log`;
  const [log = ''] = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  return join(folder, log);
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { boundaryHere } from '../../../src/runner/boundary-here.js';
import { createExecutor, type PythonExecutor } from '../../../src/runner/create-executor.js';
import { defaultSandbox } from '../../../src/runner/process/sandbox.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { localBundle, python, requestFor, version } from './run-fixture.js';

const plain = bareEnvironment(python, version);

const boundary =
  process.platform === 'linux' && process.getuid?.() === 0
    ? await boundaryHere(plain, join(tmpdir(), 'nowhere'), defaultSandbox)
    : undefined;
const skip =
  boundary === undefined
    ? 'it takes root on Linux'
    : boundary.withoutUsers ||
      (boundary.withoutViews && `mount namespaces: ${boundary.withoutViews}`) ||
      false;

const model = `
import ctypes, json, os, subprocess, sys

libc = ctypes.CDLL(None, use_errno=True)

def taken_away(cover):
    """As root of a user namespace, where this process may mount."""
    child = os.fork()
    if child == 0:
        if libc.unshare(0x10000000 | 0x00020000):
            os._exit(1)
        if libc.umount2(os.fsencode(cover), 2) == 0 and len(os.listdir(cover)) > 3:
            os._exit(0)
        os._exit(2)
    return os.WEXITSTATUS(os.waitpid(child, 0)[1])

def tried(work):
    try:
        return work()
    except OSError as error:
        return type(error).__name__

def made(folder):
    open(os.path.join(folder, "made"), "w").close()
    return "made"

def wire(entrypoint, params, seed):
    closed, scratch = params["closed"], params["scratch"]
    shown = [sys.prefix, sys.base_prefix, os.path.dirname(os.path.realpath(sys.modules["__main__"].__file__))]
    told = {
        "closed": tried(lambda: sorted(os.listdir(closed))),
        "secret": tried(lambda: open(os.path.join(closed, "secret")).read()),
        "deep": tried(lambda: sorted(os.listdir(os.path.join(closed, "deep")))),
        "worker": [tried(lambda: len(os.listdir(os.path.join(scratch, "w", name)))) for name in tried(lambda: os.listdir(os.path.join(scratch, "w")))],
        "made": [tried(lambda: made(folder)) for folder in [closed, scratch, *shown]],
        "child": subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout.strip(),
        "taken": taken_away(closed),
        "user": os.getuid(),
        "beside": tried(lambda: os.listdir(os.path.dirname(sys.base_prefix))),
        "prefix": sys.prefix,
    }
    made(os.getcwd()), made(os.environ["HOME"]), made(os.environ["TMPDIR"])
    return {"told": json.dumps(told)}
`;

describe('a simulation whose interpreter and folders lie in closed ones', { skip }, () => {
  const make = temporaryFolders();
  let closed: string;
  let scratch: string;
  let executor: PythonExecutor;

  before(async () => {
    // One closed folder in another, above the interpreter and the scratch folder, which is reached by a link.
    closed = await mkdtemp(join(tmpdir(), 'closed-'));
    await mkdir(join(closed, 'deep', 'scratch'), { recursive: true });
    writeFileSync(join(closed, 'deep', 'other'), 'beside the scratch folder', { mode: 0o644 });
    writeFileSync(join(closed, 'secret'), 'beside what is shown', { mode: 0o644 });
    await mkdir(join(closed, 'others'), { mode: 0o755 });
    execFileSync(python, ['-m', 'venv', '--without-pip', '--symlinks', join(closed, 'venv')]);
    symlinkSync('venv', join(closed, 'environment'));
    symlinkSync(join(closed, 'deep', 'scratch'), join(closed, 'scratch'));
    for (const folder of [closed, join(closed, 'deep')]) chmodSync(folder, 0o700);
    scratch = join(closed, 'scratch');
    executor = createExecutor({
      python,
      scratchRoot: scratch,
      graceMs: 200,
      warm: { maxReuse: 1000, ttlMs: 3_600_000, maxProcesses: 4 },
      standby: { most: 1, unusedMs: 60_000 },
      sandbox: { ...defaultSandbox, required: true },
    });
  });

  after(async () => {
    await executor.close();
    await rm(closed, { recursive: true });
  });

  for (const executorName of ['cold', 'forkserver', 'isolated_warm', 'direct'] as const) {
    test(`finds nothing else there (${executorName})`, async () => {
      const bundle = await localBundle(await make({ 'wire.py': model }));
      const environment = bareEnvironment(join(closed, 'environment', 'bin', 'python'), version);
      // The second one stood by, or was forked or started for the first.
      for (const nth of [1, 2]) {
        const params = JSON.stringify({ closed, scratch });
        const request = await requestFor('', { bundle, environment, executor: executorName, params });
        const report = await executor.run(request, new AbortController().signal);
        const log = await readFile(report.log.path, 'utf8');
        assert.equal(report.outcome, 'succeeded', `${report.reason}\n${log}`);
        const [output] = report.artifacts;
        const told = JSON.parse(await readFile(output?.path ?? '', 'utf8'));
        await report.dispose();
        assert.equal(report.attestation?.boundary?.user, told.user);
        assert.deepEqual(
          { ...told, user: 0, beside: [] },
          {
            closed: ['deep', 'environment', 'scratch', 'venv'],
            secret: 'FileNotFoundError',
            deep: ['scratch'],
            // Of those that one process runs, the names cannot be had: all lie in the worker's own folder.
            worker: executorName === 'cold' ? [1] : ['PermissionError'],
            made: ['OSError', 'OSError', 'OSError', ...told.made.slice(3)],
            child: '42',
            taken: 2,
            user: 0,
            beside: [],
            prefix: join(closed, 'environment'),
          },
          `run ${nth}`,
        );
        for (const came of told.made) assert.match(came, /^(OSError|PermissionError)$/);
        const installation = dirname(dirname(realpathSync(python)));
        if (installation.startsWith('/root/')) assert.deepEqual(told.beside, [basename(installation)]);
      }
    });
  }

  test('says so when it looks for what is not shown', async () => {
    const wire = 'def wire(entrypoint, params, seed):\n    open(params["path"], params["mode"])\n';
    const bundle = await localBundle(await make({ 'wire.py': wire }));
    const cases = [
      [
        join(closed, 'secret'),
        'r',
        new RegExp(
          `No such file .* ${closed} is closed to the simulation's user: put what it reads into the bundle`,
        ),
      ],
      [join(closed, 'new'), 'w', new RegExp(`Read-only .*, or let others in \\(chmod o\\+x ${closed}\\)`)],
      [
        '/etc/new',
        'w',
        /Permission denied: .* That is closed to the simulation's user: put what it reads into the bundle/,
      ],
      ['nowhere', 'r', /No such file or directory: 'nowhere'\.?$/],
    ] as const;
    for (const [path, mode, says] of cases) {
      const params = JSON.stringify({ path, mode });
      const report = await executor.run(
        await requestFor('', { bundle, params }),
        new AbortController().signal,
      );
      assert.equal(report.outcome, 'simulation-failed');
      assert.match(report.reason, says);
      await report.dispose();
    }
  });

  test('sees of an open folder what everybody sees', async () => {
    const open = await make({ data: 'for everybody' });
    const wire = 'def wire(entrypoint, params, seed):\n    return {"data": open(params["path"]).read()}\n';
    const bundle = await localBundle(await make({ 'wire.py': wire }));
    const params = JSON.stringify({ path: join(open, 'data') });
    const report = await executor.run(await requestFor('', { bundle, params }), new AbortController().signal);
    assert.equal(report.outcome, 'succeeded', report.reason);
    await report.dispose();
  });
});

test('a closed folder is named, with what to do, where nothing in it can be shown alone', {
  skip: skip || (!existsSync('/usr/bin/setpriv') && 'it takes setpriv'),
}, async (t) => {
  const closed = await mkdtemp(join(tmpdir(), 'closed-'));
  const open = await mkdtemp(join(tmpdir(), 'open-'));
  t.after(() => Promise.all([closed, open].map((folder) => rm(folder, { recursive: true }))));
  // As in a container of Docker's defaults: root, and no mount namespaces.
  const command = join(open, 'python3');
  const bound = '--bounding-set=-sys_admin --inh-caps=-sys_admin';
  writeFileSync(command, `#!/bin/sh\nexec setpriv ${bound} -- ${python} "$@"\n`, { mode: 0o755 });
  chmodSync(open, 0o755);
  const there = (scratch: string) =>
    boundaryHere({ python: command, reads: [] }, join(scratch, 'scratch', 'deep'), defaultSandbox);
  assert.equal((await there(open)).withoutUsers, '');
  assert.match(
    (await there(closed)).withoutUsers,
    new RegExp(
      `since ${closed} may be entered by its owner alone \\(chmod o\\+x ${closed}\\), and here no process can be shown alone what it needs of that folder \\(mount namespaces: Operation not permitted\\)`,
    ),
  );
  assert.deepEqual(readdirSync(closed), []);
});

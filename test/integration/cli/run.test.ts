import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { resultsMark } from '../../../src/contracts/result/results-mark.js';
import { checkStorage } from '../../../src/doctor/check-storage.js';
import { packageRoot } from '../../../src/package/package-root.js';
import type { Check } from '../../../src/reporting/check.js';
import { type CliStand, startStand } from './stand.js';

const wire = `
import os, time
def wire(entrypoint, params, seed):
    print("a line of the log")
    if params.get("fails"):
        raise ValueError("asked to fail")
    if "pid_file" in params:
        with open(params["pid_file"] + ".new", "w") as file:
            file.write(str(os.getpid()))
        os.rename(params["pid_file"] + ".new", params["pid_file"])
        time.sleep(600)
    if "names" in params:
        return {name: name for name in params["names"].split()}
    return {"seed": str(seed), "x": repr(params.get("x"))}
`;
const fills = `
import os, time
def wire(entrypoint, params, seed):
    while time.process_time() < 0.2: pass
    os.makedirs(os.path.expanduser("~/.cache/numba"), exist_ok=True)
    for name in ["warm"] if seed == 0 else ["warm", "new"]:
        with open(os.path.expanduser(f"~/.cache/numba/{name}.nbc"), "w") as file:
            file.write("12345")
    return {"a": "1"}
`;
const run = ['run', '--bundle', 'model', '--entrypoint', 'models.sir/baseline', '--to', 'out'];
let stand: CliStand;

before(async () => {
  stand = await startStand();
  await mkdir(join(stand.folder, 'model'));
  await writeFile(join(stand.folder, 'model', 'wire.py'), wire);
});
after(() => stand.stop());

test('one task runs here in a fresh process, and its files are kept', async () => {
  const { exitCode, stdout, stderr } = await stand.cli(
    ...run,
    '--param',
    'x=1.0',
    '--seed',
    '18446744073709551615',
    '--json',
  );
  assert.equal(exitCode, 0, stderr);
  const ran = JSON.parse(stdout);
  assert.deepEqual(
    [ran.outcome, ran.attestation.executor, ran.attestation.ordinal],
    ['succeeded', 'cold', 1],
  );
  const folder = join(stand.folder, ran.folder);
  assert.equal(await readFile(join(folder, 'seed'), 'utf8'), '18446744073709551615');
  assert.equal(await readFile(join(folder, 'x'), 'utf8'), '1.0');
  assert.match(await readFile(join(folder, 'log.txt'), 'utf8'), /a line of the log/);
  assert.deepEqual((await readdir(folder)).sort(), [resultsMark, 'log.txt', 'outcome.json', 'seed', 'x']);
});

test('a task that filled caches of libraries says so, and how a bundle begins each task with them', async () => {
  const model = join(stand.folder, 'fills');
  await mkdir(model);
  await writeFile(join(model, 'wire.py'), fills);
  const task = ['--bundle', 'fills', '--entrypoint', 'models.sir/baseline', '--to', 'out'];
  const first = await stand.cli('run', ...task, '--param', 'beta=0.3', '--json');
  assert.equal(first.exitCode, 0, first.stderr);
  assert.deepEqual(JSON.parse(first.stdout).filled_caches, [{ name: 'numba', files: 2, bytes: 10 }]);
  assert.match(
    first.stderr,
    /the task filled caches that the next task fills again: numba \(2 files, 10 B\)\./,
  );
  const line = /^ +(warm_up = .*)$/m.exec(first.stderr)?.[1];
  assert.equal(line, 'warm_up = { entrypoint = "models.sir/baseline", params = { beta = 0.3 } }');

  await writeFile(join(model, 'pyproject.toml'), `[tool.modelops]\n${line}\n`);
  const second = await stand.cli('run', ...task, '--param', 'beta=0.3', '--json');
  assert.equal(second.exitCode, 0, second.stderr);
  assert.deepEqual(JSON.parse(second.stdout).filled_caches, [{ name: 'numba', files: 1, bytes: 5 }]);
  assert.match(
    second.stderr,
    /caches that the bundle's warm-up had left without these files: numba \(1 file, 5 B\)\./,
  );

  await writeFile(join(model, 'wire.py'), fills.replace('seed == 0', 'True'));
  const third = await stand.cli('run', ...task, '--json');
  assert.equal(JSON.parse(third.stdout).filled_caches, undefined);
  assert.doesNotMatch(third.stderr, /caches/);
});

test('outputs whose names only differ by an ending are all kept', async () => {
  const names = ['x.part', 'x', 'x.part.part', '.x.part'];
  const { exitCode, stdout, stderr } = await stand.cli(
    ...run,
    '--params-json',
    JSON.stringify({ names: names.join(' ') }),
    '--json',
  );
  assert.equal(exitCode, 0, stderr);
  const { folder } = JSON.parse(stdout);
  assert.deepEqual(
    (await readdir(join(stand.folder, folder))).sort(),
    [...names, resultsMark, 'log.txt', 'outcome.json'].sort(),
  );
  for (const name of names) assert.equal(await readFile(join(stand.folder, folder, name), 'utf8'), name);
});

test('a task that fails exits with 3 and says why', async () => {
  const { exitCode, stdout, stderr } = await stand.cli(...run, '--params-json', '{"fails": true}');
  assert.equal(exitCode, 3);
  assert.match(stdout, /simulation-failed in process \d+/);
  assert.match(stderr, /ValueError: asked to fail/);
});

test('a task that takes too long is ended', async () => {
  const { exitCode, stdout } = await stand.cli(...run, '--param', 'pid_file=late', '--timeout', '1');
  assert.equal(exitCode, 3);
  assert.match(stdout, /timed-out/);
  assert.match(stdout, /its time limit is 1 s \(the task's own timeout_seconds, or --timeout\)\./);
});

test('a task that takes more memory than it may is ended', async () => {
  const hungry = join(packageRoot, 'test', 'fixtures', 'simulations', 'allocates_memory');
  const task = ['run', '--bundle', hungry, '--entrypoint', 'models.sir/baseline', '--param', 'x=1'];
  const { exitCode, stdout } = await stand.cli(...task, '--memory', '64MiB');
  assert.equal(exitCode, 3);
  assert.match(stdout, /out-of-memory/);
  assert.match(stdout, /the limit is 64 MiB \(the task's own memory_bytes, or --memory\)\./);
});

test('Ctrl-C ends the process and exits with 130, and nothing is kept', async () => {
  const pidFile = join(stand.folder, 'pid');
  const running = stand.start(...run, '--param', `pid_file="${pidFile}"`, '--to', 'interrupted');
  await until(() => existsSync(pidFile));
  const pid = Number(await readFile(pidFile, 'utf8'));
  assert.ok(isAlive(pid));
  running.kill('SIGINT');
  const { exitCode, stderr } = await running;
  assert.equal(exitCode, 130);
  assert.match(stderr, /^Interrupted\.$/m);
  await until(() => !isAlive(pid));
  assert.equal(existsSync(join(stand.folder, 'interrupted')), false);
  const left = await readdir(stand.env.MODELOPS_SCRATCH_DIR ?? '', { recursive: true });
  assert.deepEqual(
    left.filter((name) => /attempts\//.test(name)),
    [],
  );
});

for (const [what, args] of [
  ['two values for one parameter', ['--param', 'x=1,2']],
  ['a parameter given twice', ['--param', 'x=1', '--params-json', '{"x":1}']],
  ['parameters that are no JSON', ['--params-json', '{"x":NaN}']],
  ['several seeds', ['--seed', '1,2']],
] as const) {
  test(`${what} is wrong usage`, async () => {
    const { exitCode, stderr } = await stand.cli(...run, ...args);
    assert.equal(exitCode, 2);
    assert.match(stderr, /^Cannot /);
  });
}

for (const [given, args, refused] of [
  ['one task', ['--param', 'x=1', '--tasks-at-once', '2'], '--tasks-at-once'],
  ['one task', ['--job-id', 'mine', '--no-preflight'], '--job-id, --no-preflight'],
  [
    'a job file, a study file or a grid',
    ['--grid', 'x=1', '--seed', '2', '--param', 'y=1'],
    '--param, --seed',
  ],
] as const) {
  test(`${refused} is wrong usage with ${given}`, async () => {
    const { exitCode, stderr } = await stand.cli(...run, ...args);
    assert.equal(exitCode, 2);
    assert.match(stderr, new RegExp(`^Cannot use ${refused} with ${given}: that is for `));
  });
}

for (const [what, wrong, args] of [
  ['a file', 'Cannot read none.json: ', ['run', 'none.json']],
  ['a grid', 'Cannot use this grid: x ', ['run', '--entrypoint', 'a.b/c', '--grid', 'x=1,,2']],
  ['a file, for submit', 'Cannot read none.json: ', ['submit', 'none.json']],
  ['a parameter', 'Cannot use these parameters: x ', ['run', '--entrypoint', 'a.b/c', '--param', 'x=']],
  ['an entrypoint, for bench', 'Cannot run this task: entrypoint ', ['bench', '--entrypoint', 'none']],
] as const)
  test(`what is wrong with the bundle and with ${what} is told at once`, async () => {
    const ended = await stand.cli(...args, '--bundle', './nowhere');
    assert.equal(ended.exitCode, 1);
    const [bundle, tasks] = ended.stderr.trimEnd().split('\n').slice(-2);
    assert.match(bundle ?? '', /^Cannot pack .*nowhere: /, ended.stderr);
    assert.ok(tasks?.startsWith(wrong), tasks);
  });

test('submit without storage says so, and how to run the tasks on this machine', async () => {
  const before = stand.env.AZURE_STORAGE_CONNECTION_STRING;
  stand.env.AZURE_STORAGE_CONNECTION_STRING = '';
  const { exitCode, stderr } = await stand.cli('submit', ...run.slice(1, 5), '--grid', 'x=1');
  stand.env.AZURE_STORAGE_CONNECTION_STRING = before;
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /^Cannot submit: no storage is set\. .*`mops-cold run` with the same file or --grid\./,
  );
});

for (const args of [
  ['watch', 'job'],
  ['status', 'job'],
  ['fetch', 'job'],
  ['fetch', '--task', '0'.repeat(32)],
  ['verify', 'job'],
  ['bundle', 'list'],
  ['bundle', 'push', 'model'],
])
  test(`${args.join(' ')} without storage says how a terminal comes to know one`, async () => {
    const places = ['AZURE_STORAGE_CONNECTION_STRING', 'MODELOPS_BUNDLES_DIR'];
    const without = { ...stand.env, ...Object.fromEntries(places.map((name) => [name, ''])) };
    const { exitCode, stderr } = await stand.cliIn(without, ...args);
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /^Cannot connect: no storage is set\. .*`npm run dev` has storage here, and prints the line/,
    );
  });

test('an unknown command, an unknown option and a missing one are wrong usage', async () => {
  assert.equal((await stand.cli('rum')).exitCode, 2);
  assert.equal((await stand.cli('status', 'job', '--nonsense')).exitCode, 2);
  const { exitCode, stdout } = await stand.cli('run', '--json');
  assert.equal(exitCode, 2);
  assert.match(
    JSON.parse(stdout).error.message,
    /^Cannot run: give --bundle and --entrypoint for one task, with --grid for many, or a/,
  );
  assert.equal((await stand.cli('--help')).exitCode, 0);
});

test('doctor says what is here, and exits with 1 when tasks cannot run', async () => {
  const well = await stand.cli('doctor', '--json');
  assert.equal(well.exitCode, 0, well.stdout);
  const { can_run: canRun, checks } = JSON.parse(well.stdout);
  assert.equal(canRun, true);
  const names = new Set(checks.map(({ name }: { name: string }) => name));
  for (const name of ['Node.js', 'Python', 'Storage', 'Scratch disk', 'Memory', 'Settings'])
    assert.ok(names.has(name), name);

  stand.env.MODELOPS_PYTHON = join(stand.folder, 'no-python');
  stand.env.MODELOPS_EXECUTER_TYPE = 'cold';
  const ill = await stand.cli('doctor');
  assert.equal(ill.exitCode, 1);
  assert.match(ill.stdout, /✗ Python .*no-python/);
  assert.match(
    ill.stdout,
    /✗ Settings .*MODELOPS_EXECUTER_TYPE is not a setting: did you mean MODELOPS_EXECUTOR_TYPE\?/,
  );
});

test('doctor goes on where a check itself fails, and reports the failure', async () => {
  stand.env.MODELOPS_PYTHON = stand.folder;
  stand.env.AzureFunctionsJobHost__functionTimeout = 'for ever';
  stand.env.MODELOPS_EXECUTER_TYPE = undefined;
  const { exitCode, stdout } = await stand.cli('doctor', '--json');
  delete stand.env.AzureFunctionsJobHost__functionTimeout;
  assert.equal(exitCode, 1);
  const checks: Check[] = JSON.parse(stdout).checks;
  const missing = checks.flatMap(({ name, state, found }) =>
    state === 'missing' ? [`${name}: ${found}`] : [],
  );
  assert.equal(missing.length, 2, missing.join('\n'));
  assert.match(missing[0] ?? '', /^Python: Cannot /);
  assert.match(missing[1] ?? '', /^Settings: Cannot use the host settings: functionTimeout is "for ever"/);
});

test('doctor does not take a storage account for well that accepts connections and never answers', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const port = String((silent.address() as AddressInfo).port);
  const connection = (stand.env.AZURE_STORAGE_CONNECTION_STRING ?? '').replace(/:\d+\//g, `:${port}/`);
  const sockets: Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket));
  const { state, found } = await checkStorage({ AZURE_STORAGE_CONNECTION_STRING: connection }, 300);
  for (const socket of sockets) socket.destroy();
  silent.close();
  assert.equal(state, 'missing');
  assert.match(
    found,
    /^Cannot use the storage account at http:\/\/127\.0\.0\.1:\d+: no answer within 0\.3 s\./,
  );
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!condition()) {
    assert.ok(performance.now() < deadline, 'it did not happen within 30 s');
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

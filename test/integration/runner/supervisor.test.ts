import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import {
  CannotExecute,
  type RunnerProcess,
  startRunner,
} from '../../../src/runner/process/runner-process.js';
import { type Supervisor, startSupervisor } from '../../../src/runner/process/supervisor.js';
import { taskLine } from '../../../src/runner/process/task-line.js';
import { markedProcesses } from '../../../src/runner/sweep/marked-processes.js';
import { eventually, isRunning, python, requestFor, version } from './run-fixture.js';

const onLinux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

let folder: string;
let mark = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runner-test-'));
});
after(() => rm(folder, { recursive: true }));

async function withSupervisor(
  use: (supervisor: Supervisor) => Promise<void>,
  interpreter: string | Promise<string> = python,
) {
  mark = `test-${process.pid}-${performance.now()}`;
  const supervisor = startSupervisor(await interpreter, mark);
  try {
    await use(supervisor);
  } finally {
    await supervisor.close();
  }
  assert.deepEqual(await markedProcesses(mark), []);
}

async function executable(name: string, content: string, mode = 0o755): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content, { mode });
  return path;
}

function start(supervisor: Supervisor, spec: { python?: string; cwd?: string } = {}): Promise<RunnerProcess> {
  const env = { PATH: '/usr/bin:/bin', MOPS_COLD_WORKER: mark };
  const { python: executable = python, cwd = folder } = spec;
  const interpreter = { python: executable, version };
  return startRunner(supervisor, { interpreter, env, cwd, memoryLimitBytes: 2 ** 30 });
}

async function run(process: RunnerProcess, simulation: string, params = '{}') {
  const request = await requestFor(simulation, { params });
  const artifacts = await mkdtemp(join(folder, 'artifacts-'));
  return process.run(
    {
      task: taskLine(request, { bundle: request.bundle.path, artifacts }),
      timeoutMs: 60_000,
      graceMs: 200,
      logPath: join(artifacts, 'log'),
      logHead: 'head',
      last: true,
    },
    new AbortController().signal,
  );
}

test('an interpreter that dies before it is given its task fails that task, not the machine', () =>
  withSupervisor(async (supervisor) => {
    const process = await start(supervisor, { python: await executable('dies', '#!/bin/sh\nexit 3\n') });
    await eventually('it has ended', () => !process.living);
    const record = await run(process, 'succeeds');
    assert.equal(record.end.event === 'ended' && record.end.exit_code, 3);
    assert.equal(record.done, undefined);
  }));

for (const [what, content, mode] of [
  ['is no program', 'neither a program nor a script', 0o755],
  ['is not executable', '#!/bin/sh\n', 0o644],
  ['needs an interpreter that is absent', '#!/nowhere/bin/sh\n', 0o755],
] as const) {
  test(`an interpreter that ${what} cannot be executed`, () =>
    withSupervisor(async (supervisor) => {
      const path = await executable(what.replaceAll(' ', '-'), content, mode);
      await assert.rejects(start(supervisor, { python: path }), CannotExecute);
    }));
}

const byTheMachine = (error: unknown) =>
  error instanceof Error &&
  !(error instanceof CannotExecute) &&
  /^Cannot start the Python/.test(error.message);

test('the folder in which attempts have theirs is what chattr +T makes of one', onLinux, async () => {
  const [ours, chattrs] = [await mkdtemp(join(folder, 'a-')), await mkdtemp(join(folder, 'b-'))];
  // On a file system that does not know it, or without the program, both stay as they are.
  await execa('chattr', ['+T', chattrs], { reject: false });
  const supervisor = startSupervisor(python, 'test', ['--attempts', ours]);
  await supervisor.boundary;
  await supervisor.close();
  const { stdout = '' } = await execa('lsattr', ['-d', ours, chattrs], { reject: false });
  const flags = stdout.split('\n').map((line) => line.split(' ')[0]);
  assert.equal(flags[0], flags.at(-1));
});

test('a working folder that is gone is the machine’s fault, not the interpreter’s', () =>
  withSupervisor((supervisor) =>
    assert.rejects(start(supervisor, { cwd: join(folder, 'nowhere') }), byTheMachine),
  ));

test('too few open files are the machine’s fault, and those that were opened are closed', onLinux, () =>
  withSupervisor(
    async (supervisor) => {
      const supervisors = () => markedProcesses(mark);
      const open = async () => (await supervisors()).map((pid) => readdirSync(`/proc/${pid}/fd`).length);
      await assert.rejects(start(supervisor), byTheMachine);
      const before = await open();
      for (let again = 0; again < 3; again++) await assert.rejects(start(supervisor), byTheMachine);
      assert.deepEqual(await open(), before);
      assert.ok(supervisor.alive);
    },
    executable('few-files', `#!/bin/sh\nulimit -n 12\nexec '${python}' "$@"\n`),
  ),
);

test('an exception in the supervisor’s loop ends everything, and its traceback is told', () =>
  withSupervisor(async (supervisor) => {
    const process = await start(supervisor);
    const failed = assert.rejects(
      run(process, 'sleeps_forever'),
      /ended with exit code 1.*\n.*unknown command nonsense/s,
    );
    const command: object = { command: 'nonsense', process: process.name };
    supervisor.send(command as Parameters<Supervisor['send']>[0]);
    await failed;
    assert.ok(!isRunning(process.seen.pid));
    assert.ok(!supervisor.alive);
  }));

for (const said of ['{"event": "limit", "v": NaN}', '{"event": "hello"}', 'null']) {
  test(`a supervisor that says ${said} is lost, and ended`, () =>
    withSupervisor(
      async (supervisor) => {
        await assert.rejects(start(supervisor), /could not be understood/);
        assert.ok(!supervisor.alive);
      },
      executable('confused', `#!/bin/sh\nread command\necho '${said}'\ncat >/dev/null\n`),
    ));
}

test('a runner dies with a supervisor and a guardian that are killed at the same time', onLinux, () =>
  withSupervisor(async (supervisor) => {
    const report = join(folder, 'runs');
    const runner = await start(supervisor);
    const failed = assert.rejects(
      run(runner, 'ignores_sigterm', JSON.stringify({ report })),
      /ended with SIGKILL/,
    );
    await eventually('the simulation runs', () => readdirSync(folder).includes('runs'));
    const supervisorPid = await parentOf(runner.seen.pid);
    const guardian = await parentOf(supervisorPid);
    process.kill(guardian, 'SIGSTOP'); // it can do nothing any more
    process.kill(supervisorPid, 'SIGKILL');
    process.kill(guardian, 'SIGKILL');
    await failed;
    await eventually('the runner is gone', () => !isRunning(runner.seen.pid));
  }),
);

async function parentOf(pid: number): Promise<number> {
  return Number((await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[1]);
}

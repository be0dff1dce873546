import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../src/package/package-root.js';
import { processIdentity } from '../../src/runner/identity/process-identity.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const image = join(packageRoot, 'infra', 'image');
const script = (name: string) => join(image, name);
const onLinux = { skip: process.platform === 'linux' ? false : 'the image is Linux' };

/** A host that says when it is up, and how it was ended. It ends by itself, whatever becomes of the test. */
const host = [
  'bash',
  '-c',
  'trap "echo ended in order; exit 0" TERM; echo up; for i in {1..200}; do sleep 0.05; done',
];

function runHost(scratch: string, more: Record<string, string> = {}, command = host) {
  const env = {
    MODELOPS_SCRATCH_DIR: scratch,
    LOOK_EVERY_SECONDS: '0.05',
    TELL_BEFORE_SECONDS: '0.05',
    STOP_WITHIN_SECONDS: '5',
    ...more,
  };
  return execa(script('run-host.sh'), command, { env, reject: false, timeout: 20_000 });
}

test('the restart interval of the Node worker is set, and of nothing else', async () => {
  const folder = await make({
    'worker.config.json':
      '{"description": {"language": "node"}, "processOptions": {"initializationTimeout": "00:02:00"}}',
    'other.json': '{"description": {"language": "java"}}',
  });
  const set = (file: string, interval: string) =>
    execa('node', [script('set-restart-interval.mjs'), join(folder, file), interval], { reject: false });
  assert.equal((await set('worker.config.json', '00:00:00.1')).exitCode, 0);
  const config = JSON.parse(await readFile(join(folder, 'worker.config.json'), 'utf8'));
  assert.deepEqual(config.processOptions, {
    initializationTimeout: '00:02:00',
    processRestartInterval: '00:00:00.1',
  });
  assert.equal((await set('worker.config.json', 'soon')).exitCode, 2);
  assert.match((await set('other.json', '00:00:01')).stderr, /is not the configuration of the Node worker/);
});

test('the Python side is compiled for every Python that is there', async () => {
  const folder = await make();
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).trim();
  await mkdir(join(folder, 'bin'));
  await symlink(python, join(folder, 'bin', 'python3.x'));
  await cp(join(packageRoot, 'src', 'runner', 'python'), join(folder, 'python'), {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  });
  const env = { PYTHONS: join(folder, 'bin') };
  await execa(script('compile-python.sh'), [join(folder, 'python')], { env });
  const compiled = await readdir(join(folder, 'python', 'cold_functions', 'runner', '__pycache__'));
  assert.ok(compiled.some((name) => name.startsWith('task_loop.')));
});

test('SIGTERM reaches the host', onLinux, async () => {
  const running = runHost(await make());
  await once(running.stdout, 'data');
  running.kill('SIGTERM');
  const { stdout, exitCode } = await running;
  assert.deepEqual([stdout, exitCode], ['up\nended in order', 0]);
});

test(
  'the app is told before the host is stopped, and not by what an earlier container left',
  onLinux,
  async () => {
    const scratch = await make({ stopping: '' });
    const look = (when: string) =>
      `if [ -e "$MODELOPS_SCRATCH_DIR/stopping" ]; then echo told ${when}; else echo not told ${when}; fi`;
    const looking = `trap '${look('when stopped')}; exit 0' TERM; ${look('at the start')}; for i in {1..200}; do sleep 0.05; done`;
    const running = runHost(scratch, {}, ['bash', '-c', looking]);
    await once(running.stdout, 'data');
    running.kill('SIGTERM');
    const { stdout, exitCode } = await running;
    assert.deepEqual([stdout, exitCode], ['not told at the start\ntold when stopped', 0]);
  },
);

test(
  'a host that ends by itself is a failure, though it says 0, and its own code otherwise',
  onLinux,
  async () => {
    const given = await runHost(await make(), {}, ['true']);
    assert.equal(given.exitCode, 71);
    assert.match(given.stderr, /ended by itself/);
    assert.equal((await runHost(await make(), {}, ['bash', '-c', 'exit 3'])).exitCode, 3);
  },
);

test(
  'the host is started after the certificates of the platform, which not every platform names',
  onLinux,
  async () => {
    const folder = await make({
      'certificates.sh': '[ "$NAMED_ON_SOME_PLATFORMS" = true ] || echo no certificates\nfalse\n',
    });
    const running = runHost(folder, { INSTALL_CA_CERTIFICATES: join(folder, 'certificates.sh') });
    running.stdout.on('data', (data) => {
      if (String(data).includes('up')) running.kill('SIGTERM');
    });
    const { stdout, exitCode } = await running;
    assert.deepEqual([stdout, exitCode], ['no certificates\nup\nended in order', 0]);
  },
);

test('a process of an earlier task that cannot be killed ends the container', onLinux, async () => {
  const scratch = await make();
  const me = await processIdentity(process.pid);
  await writeFile(join(scratch, 'unkillable'), `${me?.pid} ${me?.start_time}\n`);
  const { stdout, stderr, exitCode } = await runHost(scratch);
  assert.equal(exitCode, 70);
  assert.match(stdout, /ended in order/);
  assert.match(stderr, /could not be killed: this container ends/);
});

test('one that has ended meanwhile does not', onLinux, async () => {
  const scratch = await make();
  await writeFile(join(scratch, 'unkillable'), `${process.pid} 1\n`);
  const running = runHost(scratch);
  await once(running.stdout, 'data');
  running.kill('SIGTERM');
  assert.equal((await running).exitCode, 0);
});

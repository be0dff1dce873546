import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { execa } from 'execa';
import { freePort } from '../../src/local-host/free-port.js';
import { packageRoot } from '../../src/package/package-root.js';
import { eventually } from './running-app.js';
import { folder, start, untilSaid } from './start-demo.js';

describe('npm run dev', () => {
  test('keeps running for tasks of another terminal until it is interrupted', async () => {
    const running = start(['--keep', '--in-memory', '--tasks-at-once', '3'], {
      MODELOPS_JOBS_CONTAINER: 'my-jobs',
    });
    const said = await untilSaid(running, /Ctrl-C stops everything/);
    assert.match(said, /In memory: .* goes when this ends\./);
    assert.match(said, /3 tasks at once/);

    const [, address = ''] = /^Health: (\S+)$/m.exec(said) ?? [];
    assert.equal((await fetch(address)).status, 200);
    assert.equal((await fetch(address.replace(/code=.*/, 'code=no'))).status, 401);

    const [settings, command] = toPaste(said);
    assert.match(await readFile(settings, 'utf8'), /^export MODELOPS_JOBS_CONTAINER='my-jobs'$/m);
    const { exitCode, stdout, stderr } = await shell(
      `. ${settings}; ${command} --job-id mine && mops-cold verify mine`,
    );
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /6 tasks ran in 6 processes/);

    running.kill('SIGINT');
    const ended = await running;
    assert.equal(ended.exitCode, 0);
    assert.equal(ended.all.match(/\[runSimulation\] .*: succeeded/g)?.length, 6, 'outcomes are shown');
    assert.ok(!existsSync(join(folder, 'here', '.mops-cold')));
  });

  for (const [how, end] of [
    ['Ctrl-C', 'SIGINT'],
    ['the end of its terminal', 'SIGHUP'],
  ] as const) {
    test(`goes on after ${how} where it was: the same settings, all that was stored, the job under way`, async () => {
      await usePorts();
      const first = start(['--keep']);
      const [settings] = toPaste(await untilSaid(first, /Ctrl-C stops everything/));
      const before = await readFile(settings, 'utf8');
      const bundle = await waitingModel();
      const submitted = await shell(
        `. ${settings}; mops-cold submit --bundle ${bundle} --entrypoint a.b/c --grid n=1,2,3 --job-id mine`,
      );
      assert.equal(submitted.exitCode, 0, submitted.stderr);
      await eventually('a task has begun', async () => existsSync(join(folder, 'begun')));
      first.kill(end);
      const ended = await first;
      assert.equal(ended.exitCode, 0, ended.all);
      assert.match(ended.all, /^Ended\. Storage is kept in .*\.mops-cold\.$/m);

      await writeFile(join(folder, 'go'), '');
      // Others settings at the restart, and what was stored stays.
      const second = start(['--keep', '--tasks-at-once', '1'], { MODELOPS_RECYCLE_AFTER_TASKS: '1' });
      await untilSaid(second, /Ctrl-C stops everything/);
      assert.equal(
        (await readFile(settings, 'utf8')).replace(/^export MODELOPS_RECYCLE.*\n/m, ''),
        before,
        'what was read before still leads there',
      );
      const { exitCode, stdout, stderr } = await shell(
        `. ${settings}; mops-cold watch mine && mops-cold verify mine`,
      );
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /3 tasks ran in 3 processes/);
      second.kill('SIGINT');
      assert.equal((await second).exitCode, 0);
    });
  }

  test('loses nothing that was stored when it is killed', async () => {
    await usePorts();
    const first = start(['--keep']);
    const [settings, command] = toPaste(await untilSaid(first, /Ctrl-C stops everything/));
    const ran = await shell(`. ${settings}; ${command} --job-id mine`);
    assert.equal(ran.exitCode, 0, ran.stderr);
    first.kill('SIGKILL');
    await first;
    const second = start(['--keep']);
    await untilSaid(second, /Ctrl-C stops everything/);
    const { exitCode, stdout, stderr } = await shell(`. ${settings}; mops-cold verify mine`);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /6 tasks ran in 6 processes/);
    second.kill('SIGINT');
    assert.equal((await second).exitCode, 0);
    // What a process that was killed has left itself: its temporary folder.
    for (const name of await readdir(join(folder, 'tmp')))
      await rm(join(folder, 'tmp', name), { recursive: true });
  });

  test('refuses the folder of another one at once, and says who has it', async () => {
    await usePorts();
    const first = start(['--keep']);
    const [settings] = toPaste(await untilSaid(first, /Ctrl-C stops everything/));
    const second = await start(['--keep', '--storage', join(folder, 'here', '.mops-cold')]);
    assert.equal(second.exitCode, 1);
    assert.match(
      second.stderr,
      new RegExp(
        `^Cannot keep storage in .*: process ${first.pid} does so already\\. .*${settings}.*--storage`,
      ),
    );
    first.kill('SIGINT');
    assert.equal((await first).exitCode, 0);
  });

  test('says when it cannot listen where it did before', async () => {
    const { blob } = await usePorts();
    const server = createServer().listen(blob, '127.0.0.1');
    try {
      const running = start(['--keep']);
      const said = await untilSaid(running, /Ctrl-C stops everything/);
      assert.match(said, new RegExp(`^Port ${blob} of this machine is taken: .* read them again\\.$`, 'm'));
      running.kill('SIGINT');
      assert.equal((await running).exitCode, 0);
    } finally {
      server.close();
    }
  });

  test("refuses for the demonstration what is meant for storage of one's own", async () => {
    for (const option of [['--in-memory'], ['--storage', 'x'], ['--tasks-at-once', '2']]) {
      const { exitCode, stderr } = await start(option);
      assert.equal(exitCode, 2);
      assert.match(stderr, /need --keep/);
    }
    const { exitCode, stderr } = await start(['--keep', '--tasks-at-once', '33']);
    assert.equal(exitCode, 2);
    assert.match(stderr, /from 1 to 32/);
  });

  test('on Core Tools starts func for this package, and stops it', async () => {
    const standIn = join(packageRoot, 'dist', 'test', 'e2e', 'func-stand-in.js');
    const PATH = await pathWithFunc(`exec "${process.execPath}" "${standIn}" "$@"`);
    const running = start(['--keep', '--func'], { PATH });
    const said = await untilSaid(running, /Ctrl-C stops everything/);
    const [, port] = /^Health: http:\/\/127\.0\.0\.1:(\d+)\/api\/health\/details$/m.exec(said) ?? [];
    assert.match(said, new RegExp(`func start --port ${port} in ${packageRoot} for node$`, 'm'));
    running.kill('SIGINT');
    assert.equal((await running).exitCode, 0);
  });

  test('says how func ended when it does not start', async () => {
    const PATH = await pathWithFunc('echo no extension bundle; exit 3');
    const { exitCode, stderr } = await start(['--keep', '--func'], { PATH });
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /Cannot start the app on Core Tools: func ended with exit code 3[\s\S]*no extension bundle/,
    );
  });
});

/** Puts a `func` on a PATH. @returns the PATH */
async function pathWithFunc(script: string): Promise<string> {
  await writeFile(join(folder, 'bin', 'func'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return [join(folder, 'bin'), process.env.PATH].join(delimiter);
}

/** The line that reads the settings, as the file that it names, and the command to try. */
function toPaste(said: string): [settings: string, command: string] {
  const [, settings, command] = /^\. '(.*)'\n(mops-cold .*)$/m.exec(said) ?? [];
  assert.ok(settings && command, said);
  return [settings, command];
}

/** Another terminal, with a temporary folder of its own, as `mops-cold` keeps bundles there. */
function shell(script: string) {
  const mops = `mops-cold() { "${process.execPath}" "${join(packageRoot, 'dist', 'cli', 'main.js')}" "$@"; }`;
  return execa('bash', ['-c', `${mops}; ${script}`], {
    cwd: join(folder, 'here'),
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: join(folder, 'bin') },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
  });
}

/** Ports for the storage of this test, as if it had had them at an earlier start. */
async function usePorts() {
  const ports = { blob: await freePort(), queue: await freePort(), table: await freePort() };
  await mkdir(join(folder, 'here', '.mops-cold'));
  await writeFile(join(folder, 'here', '.mops-cold', 'ports.json'), JSON.stringify(ports));
  return ports;
}

/** A model that says that it has begun, and waits until it may go on. */
async function waitingModel(): Promise<string> {
  const model = join(folder, 'model');
  await mkdir(model);
  await writeFile(
    join(model, 'wire.py'),
    `import os, time
def wire(entrypoint, params, seed):
    os.makedirs(${JSON.stringify(join(folder, 'begun'))}, exist_ok=True)
    while not os.path.exists(${JSON.stringify(join(folder, 'go'))}):
        time.sleep(0.02)
    return {"n": str(params["n"])}
`,
  );
  return model;
}

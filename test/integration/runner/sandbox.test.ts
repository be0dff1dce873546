import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sandboxOf } from '../../../src/config/sandbox-of.js';
import { Settings } from '../../../src/config/settings.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { boundaryHere } from '../../../src/runner/boundary-here.js';
import { defaultSandbox } from '../../../src/runner/process/sandbox.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { runningAs } from '../../fixtures/processes/running-as.js';
import {
  createFixtureRunner,
  eventually,
  type FixtureRunner,
  python as first,
  version as firstVersion,
  localBundle,
  parentOf,
  placesIn,
} from './run-fixture.js';

/** A developer's own is often below the home of root, where not every machine lets other users use it. */
const python = (await isOutOfReach(first)) && existsSync('/usr/bin/python3') ? '/usr/bin/python3' : first;
const version =
  python === first
    ? firstVersion
    : execFileSync(python, ['-c', 'import platform; print(platform.python_version())'], {
        encoding: 'utf8',
      }).trim();

const skip =
  process.platform !== 'linux'
    ? 'it takes Linux'
    : process.getuid?.() !== 0
      ? 'it takes root'
      : (await isOutOfReach(python)) || false;

const environment = bareEnvironment(python, version);

/** Of the supervisor's children, the one that is number 1 in the namespace of this process. */
function firstOfNamespace(pid: number): number {
  const children = readFileSync(`/proc/${parentOf(pid)}/task/${parentOf(pid)}/children`, 'utf8').split(' ');
  const found = children.filter(Number).filter((child) => {
    const isFirst = /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${child}/status`, 'utf8'));
    return isFirst && readlinkSync(`/proc/${child}/ns/pid`) === readlinkSync(`/proc/${pid}/ns/pid`);
  });
  assert.equal(found.length, 1);
  return Number(found[0]);
}

async function isOutOfReach(path: string): Promise<string> {
  const here = await boundaryHere(bareEnvironment(path), join(tmpdir(), 'nowhere'), defaultSandbox);
  return here.withoutUsers;
}

test('the settings ask for the sandbox that executors have by themselves', () => {
  assert.deepEqual(sandboxOf(Settings.parse({})), defaultSandbox);
  assert.equal(sandboxOf(Settings.parse({ MODELOPS_SANDBOX_UIDS: 'none' })).users, undefined);
  for (const wrong of ['0-9', '9-8', '1-65534', 'a', '7'])
    assert.throws(() => Settings.parse({ MODELOPS_SANDBOX_UIDS: wrong }), /first-last/);
});

describe('a simulation that has a user of its own', { skip }, () => {
  let runner: FixtureRunner;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'));
    await writeFile(join(folder, 'key'), 'secret', { mode: 0o600 });
    copyFileSync('/usr/bin/id', join(folder, 'id'));
    chmodSync(join(folder, 'id'), 0o4755);
    chmodSync(folder, 0o755);
    runner = await createFixtureRunner({
      python,
      sandbox: { ...defaultSandbox, required: true, processes: 32, fileBytes: 16 * 1024 * 1024 },
    });
  });

  after(async () => {
    await runner.close();
    await rm(folder, { recursive: true });
  });

  test('reaches nothing that is not its own', async (t) => {
    const bundle = join(folder, 'bundle');
    await cp(join(packageRoot, 'test', 'fixtures', 'simulations', 'reaches_out'), bundle, {
      recursive: true,
    });
    await mkdir(join(bundle, 'data'));
    await writeFile(join(bundle, 'data', 'table.csv'), 'a,b\n');
    await writeFile(join(bundle, 'data', 'large.bin'), Buffer.alloc(2 * 1024 * 1024));
    await utimes(join(bundle, 'data', 'large.bin'), 1, 1); // as in the cache, to the millisecond
    await writeFile(join(bundle, 'secret.txt'), 'of another bundle', { mode: 0o600 });
    const stop = new AbortController();
    const victim = runner.run('waits_beside_others', { environment, signal: stop.signal });
    const at = () => placesIn(runner.scratchRoot).attempts[0] ?? '';
    await eventually('another task runs', () => existsSync(join(at(), 'bundle', 'pid')), 30_000);
    const others = at();
    const victimProcess = Number(await readFile(join(others, 'bundle', 'pid'), 'utf8'));
    const { outputs, outcome, reason, attestation } = await runner.run('reaches_out', {
      environment,
      bundle: await localBundle(bundle),
      params: JSON.stringify({
        at: JSON.stringify({
          worker: process.pid,
          victim: victimProcess,
          supervisor: parentOf(victimProcess),
          guardian: parentOf(parentOf(victimProcess)),
          victim_folder: others,
          scratch: runner.scratchRoot,
          bundle,
          secret: join(folder, 'key'),
          setuid: join(folder, 'id'),
        }),
      }),
    });
    stop.abort();
    const ended = await victim;
    assert.equal(outcome, 'succeeded', reason);
    assert.equal(ended.outcome, 'cancelled', ended.reason);
    const told: Record<string, string> = JSON.parse(outputs.told ?? '{}');
    for (const [what, came] of Object.entries(told)) t.diagnostic(`${what}: ${came}`);
    assert.ok(Object.keys(told).length >= 25);
    const { boundary } = attestation ?? {};
    if (!boundary?.hides_processes) delete told['find a process of another user'];
    // What is not there would be no proof, but for processes, which are there, as is known here.
    const hidden = [
      ...(boundary?.hides_processes ? [/No such file.*'\/proc\/\d+\//] : []),
      ...(boundary?.own_pids ? [/No such process/] : []),
    ];
    const wrong = Object.entries(told).filter(
      ([, came]) =>
        came === 'reached' || (/No such/.test(came) && !hidden.some((pattern) => pattern.test(came))),
    );
    assert.deepEqual(wrong, []);
    assert.equal((await stat(join(bundle, 'data', 'table.csv'))).mode & 0o777, 0o644);
    assert.notEqual(boundary?.user, ended.attestation?.boundary?.user);
    if (boundary?.own_pids) {
      assert.notEqual(attestation?.inside?.pid_namespace, ended.attestation?.inside?.pid_namespace);
      assert.notEqual(attestation?.inside?.pid_namespace, attestation?.seen.pid_namespace);
    }
    assert.equal(boundary?.why, undefined);
  });

  test('ends with the first process of its namespace of process numbers, and others go on', async (t) => {
    const { ownPids } = await boundaryHere(environment, runner.scratchRoot, defaultSandbox);
    if (!ownPids) return t.skip('this machine allows no namespace of process numbers');
    const before = placesIn(runner.scratchRoot).attempts;
    const ending = runner.run('waits_beside_others', { environment });
    const at = () => placesIn(runner.scratchRoot).attempts.find((place) => !before.includes(place)) ?? '';
    await eventually('it runs', () => existsSync(join(at(), 'bundle', 'pid')), 30_000);
    const pid = Number(await readFile(join(at(), 'bundle', 'pid'), 'utf8'));
    const others = runner.run('succeeds', { environment });
    process.kill(firstOfNamespace(pid), 'SIGKILL');
    const { outcome, exit } = await ending;
    assert.deepEqual([outcome, exit.signal], ['crashed', 'SIGKILL']);
    assert.equal((await others).outcome, 'succeeded');
    const next = await runner.run('succeeds', { environment });
    assert.deepEqual([next.outcome, next.attestation?.boundary?.own_pids], ['succeeded', true]);
  });

  test('may replace a file of its bundle that is a link, and is told why it cannot write to it', async () => {
    const bundle = join(folder, 'linked');
    const large = join(bundle, 'large.bin');
    await mkdir(bundle);
    await writeFile(large, Buffer.alloc(300 * 1024, 'a'));
    await utimes(large, 1, 1); // as in the cache, to the millisecond
    const steps = {
      write: 'open("large.bin", "r+b")',
      replace:
        'open("new", "wb").write(b"mine"); links = os.stat("large.bin").st_nlink; os.replace("new", "large.bin")',
    };
    for (const [step, code] of Object.entries(steps)) {
      await writeFile(
        join(bundle, 'wire.py'),
        `import os\ndef wire(*task):\n    ${code}\n    return {"has": open("large.bin", "rb").read(), "links": links}\n`,
      );
      const { outcome, outputs, reason } = await runner.run('', {
        environment,
        bundle: await localBundle(bundle),
      });
      if (step === 'write') assert.match(reason, /cannot be written to in place: write a new file/);
      else assert.deepEqual([outcome, outputs], ['succeeded', { has: 'mine', links: '2' }], reason);
      assert.equal(await readFile(large, 'utf8'), 'a'.repeat(300 * 1024));
      assert.equal((await stat(large)).nlink, 1);
    }
  });

  test('has no network when its bundle says so, and this machine can keep it from that', async (t) => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const bundle = join(folder, 'network');
      const model = [
        'import socket',
        'def reached(port):',
        '    try:',
        '        socket.create_connection(("127.0.0.1", port), 5).close()',
        '        return "reached"',
        '    except OSError as error:',
        '        return type(error).__name__',
        'def wire(entrypoint, params, seed):',
        '    own = socket.create_server(("127.0.0.1", 0))',
        '    return {"app": reached(params["port"]), "itself": reached(own.getsockname()[1])}',
      ];
      await mkdir(join(bundle, '.modelops'), { recursive: true });
      await writeFile(join(bundle, 'wire.py'), `${model.join('\n')}\n`);
      for (const network of [true, false]) {
        await writeFile(join(bundle, '.modelops', 'manifest.json'), JSON.stringify({ network }));
        const { outputs, attestation, reason } = await runner.run('', {
          environment,
          bundle: await localBundle(bundle),
          params: JSON.stringify({ port }),
        });
        const { closesNetwork } = await boundaryHere(environment, runner.scratchRoot, defaultSandbox);
        const none = closesNetwork && !network;
        if (!closesNetwork) t.diagnostic('this machine cannot keep it from the network');
        assert.deepEqual(
          outputs,
          { app: none ? 'ConnectionRefusedError' : 'reached', itself: 'reached' },
          reason,
        );
        assert.equal(attestation?.boundary?.network, none ? 'none' : undefined);
      }
    } finally {
      server.close();
    }
  });

  for (const executor of ['cold', 'forkserver', 'isolated_warm'] as const) {
    test(`leaves nothing behind that it made elsewhere (${executor})`, async () => {
      const { outputs, leftovers, outcome, reason } = await runner.run('leaves_things_behind', {
        environment,
        executor,
      });
      assert.equal(outcome, 'succeeded', reason);
      const names: string[] = JSON.parse(outputs.names ?? '[]');
      if (executor === 'cold') assert.equal(leftovers.killed, 1);
      else await runner.close(); // their user is free when they end
      await eventually(
        'all is gone',
        () => !names.some((path) => lstatSync(path, { throwIfNoEntry: false })),
      );
      await eventually('nothing of System V is left', () => !ofSystemV(outputs.user ?? ''));
      assert.equal(names.length, 7);
      await eventually('nobody runs as the user', () => runningAs(Number(outputs.user)).length === 0);
      if (executor !== 'cold') runner = await createFixtureRunner({ python, sandbox: runnerSandbox });
    });
  }
});

const runnerSandbox = {
  ...defaultSandbox,
  required: true,
  processes: 32,
  fileBytes: 16 * 1024 * 1024,
};

function ofSystemV(user: string): boolean {
  return ['shm', 'sem', 'msg'].some((kind) =>
    readFileSync(`/proc/sysvipc/${kind}`, 'utf8')
      .split('\n')
      .some((line) => line.split(/\s+/).includes(user)),
  );
}

test('a sandbox that cannot be had is refused where it is required, and told everywhere', {
  skip: process.platform !== 'linux' && 'it takes Linux',
}, async () => {
  const off = { ...defaultSandbox, users: undefined };
  const required = await createFixtureRunner({ sandbox: { ...off, required: true } });
  const free = await createFixtureRunner({ sandbox: off });
  try {
    for (const executor of ['cold', 'isolated_warm'] as const) {
      const { outcome, reason } = await required.run('succeeds', { executor });
      assert.equal(outcome, 'environment-failed');
      assert.match(
        reason,
        /MODELOPS_REQUIRE_SANDBOX asks for a user of its own .* it is turned off\. Make that possible, or unset/,
      );
    }
    assert.equal(
      (await boundaryHere(environment, required.scratchRoot, off)).withoutUsers,
      'it is turned off',
    );
    const { attestation } = await free.run('succeeds');
    assert.deepEqual(attestation?.boundary, { user: null, why: 'it is turned off' });
  } finally {
    await required.close();
    await free.close();
  }
});

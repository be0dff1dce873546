import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import {
  createFixtureRunner,
  eventually,
  type FixtureRunner,
  isRunning,
  localBundle,
  requestFor,
} from './run-fixture.js';

const make = temporaryFolders();

/** Each function leaves its process or its folder in a way in which a result cannot be written. */
const doesToItself = `
import os, resource, shutil
held = []
def opens_files_until_there_are_no_more():
    try:
        while True:
            held.append(open("/dev/null"))
    except OSError:
        pass
def limits_the_size_of_its_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
def removes_its_folder_and_returns():
    folder = os.path.dirname(os.getcwd())
    os.chdir("/")
    shutil.rmtree(folder, ignore_errors=True)  # what others are mounted at stays
    return folder
def removes_its_folder_and_raises():
    removes_its_folder_and_returns()
    raise ValueError("gone")
def puts_a_file_in_the_place_of_its_folder():
    open(removes_its_folder_and_returns(), "w").close()
    raise ValueError("gone")
def wire(entrypoint, params, seed):
    globals()[params["how"]]()
    return {"a": b"x" * 11}
`;

let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner();
});
after(() => runner.close());

test('a simulation that returns its outputs succeeds, and every field of the report is filled', async () => {
  const report = await runner.run('succeeds');
  assert.equal(report.outcome, 'succeeded');
  assert.equal(report.reason, '');
  assert.deepEqual(report.outputs, { table: '1,2,3' });
  assert.deepEqual(report.exit, { code: 0, signal: null, afterResult: false });
  assert.deepEqual(report.leftovers, { killed: 0, unkillable: [] });
  const { attestation } = report;
  assert.ok(attestation);
  assert.equal(attestation.ordinal, 1);
  assert.deepEqual(attestation.told, attestation.seen);
  assert.ok(report.peakMemoryBytes > 1_000_000 && report.cpuSeconds > 0);
  for (const [name, value] of Object.entries(report.timings)) assert.ok(value >= 0 && value < 10_000, name);
  assert.match(report.logText, new RegExp(`^PID ${attestation.seen.pid}: Starting task abcdef01-seed7\n`));
  assert.equal(report.log.bytes, report.logText.length);
});

test('checksums, sizes and content types are those of the bytes', async () => {
  const report = await runner.run('returns_all_types');
  const types = Object.fromEntries(report.artifacts.map(({ name, contentType }) => [name, contentType]));
  assert.deepEqual(types, {
    bytes: 'application/octet-stream',
    bytearray: 'application/vnd.apache.parquet',
    view: 'application/vnd.apache.arrow.file',
    stream: 'application/vnd.apache.arrow.stream',
    text: 'text/plain; charset=utf-8',
    json: 'application/json',
    empty: 'application/octet-stream',
  });
  assert.equal(report.outputs.text, 'é');
  assert.equal(report.outputs.json, '{"a": [1, 2.5, null]}');
  const text = report.artifacts.find(({ name }) => name === 'text');
  assert.equal(text?.size, 2);
  const empty = report.artifacts.find(({ name }) => name === 'empty');
  assert.equal(empty?.md5, 'd41d8cd98f00b204e9800998ecf8427e');
  assert.equal(empty?.blake2b256, '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8');
});

test('an exception is the simulation’s own failure, with a traceback that begins in its code', async () => {
  const report = await runner.run('raises', { params: '{"beta": 0.3}' });
  assert.equal(report.outcome, 'simulation-failed');
  assert.equal(report.error?.errorType, 'ValueError');
  assert.equal(report.error?.message, 'no population for beta 0.3');
  assert.match(report.error?.traceback ?? '', /File ".*wire\.py", line 2/);
  assert.doesNotMatch(report.error?.traceback ?? '', /cold_functions/);
  assert.deepEqual(report.exit, { code: 0, signal: null, afterResult: false });
});

const ownDoing = [
  ['opens_files_until_there_are_no_more', 'invalid-result'],
  ['limits_the_size_of_its_files', 'invalid-result'],
  ['removes_its_folder_and_returns', 'invalid-result'],
  ['removes_its_folder_and_raises', 'simulation-failed'],
  ['puts_a_file_in_the_place_of_its_folder', 'simulation-failed'],
] as const;
for (const executor of process.platform === 'linux' ? (['cold', 'forkserver'] as const) : ['cold' as const]) {
  test(`${executor}: what a simulation does to its limits, folder and files is its own failure, not the machine’s`, async () => {
    const bundle = await localBundle(await make({ 'wire.py': doesToItself }));
    const run = (how: string) => runner.run('', { bundle, executor, params: JSON.stringify({ how }) });
    const ran = ownDoing.map(async ([how, outcome]) => ({ how, expected: outcome, ...(await run(how)) }));
    for (const { how, expected, outcome, reason, logText, folder, attestation } of await Promise.all(ran)) {
      // A user of its own cannot remove the folder of its outputs.
      const keeps = attestation?.boundary?.user && how === 'removes_its_folder_and_returns';
      assert.equal(outcome, keeps ? 'succeeded' : expected, `${how}: ${reason}`);
      assert.notEqual(logText, '', how);
      assert.ok(!existsSync(folder), how);
    }
  });
}

test('a simulation that ignores TERM is killed after the grace', async () => {
  const report = await runner.run('ignores_sigterm', { timeoutMs: 2000 });
  assert.equal(report.outcome, 'timed-out');
  assert.equal(report.exit.signal, 'SIGKILL');
});

test('a cancelled run is ended at once', async () => {
  const abort = new AbortController();
  const file = join(runner.scratchRoot, 'runs');
  const params = JSON.stringify({ report: file });
  const running = runner.run('ignores_sigterm', { params, signal: abort.signal });
  await eventually('the simulation runs', () => existsSync(file));
  abort.abort();
  const report = await running;
  assert.equal(report.outcome, 'cancelled');
  assert.equal(report.exit.signal, 'SIGKILL');
  assert.ok(report.attestation);
  assert.ok(!isRunning(report.attestation.seen.pid));
});

test('a run that was cancelled before it began is cancelled', async () => {
  assert.equal((await runner.run('succeeds', { signal: AbortSignal.abort() })).outcome, 'cancelled');
});

test('a missing module is named', async () => {
  const report = await runner.run('missing_module');
  assert.equal(report.outcome, 'environment-failed');
  assert.match(report.reason, /No module named 'a_package_that_nobody_installed'/);
  assert.equal(report.error?.errorType, 'ModuleNotFoundError');
});

test('an interpreter that cannot be executed is named', async () => {
  const report = await runner.run('succeeds', {
    environment: bareEnvironment('/nowhere/bin/python3', '3.11.0'),
  });
  assert.equal(report.outcome, 'environment-failed');
  assert.match(report.reason, /\/nowhere\/bin\/python3 cannot be executed: FileNotFoundError/);
});

test('a scratch disk that took no folder is tried again with the next task', async () => {
  const other = await createFixtureRunner();
  const inTheWay = join(other.scratchRoot, 'w');
  await writeFile(inTheWay, '');
  await assert.rejects(other.run('succeeds'), { code: 'EEXIST' });
  await rm(inTheWay);
  assert.equal((await other.run('succeeds')).outcome, 'succeeded');
  await other.close();
});

test('an attempt’s name is used once', async () => {
  const { executor } = runner;
  const request = await requestFor('succeeds');
  const first = await executor.run(request, new AbortController().signal);
  await assert.rejects(executor.run(request, new AbortController().signal), /exists already/);
  await first.dispose();
});

for (const first of [0, 1, 3]) {
  test(`a simulation that closes every descriptor from ${first} on is told so, without our traceback`, async () => {
    const report = await runner.run('closes_every_descriptor', { params: `{"first":${first}}` });
    assert.equal(report.outcome, 'crashed');
    assert.match(report.reason, /^The simulation has closed the descriptor on which its result is told/);
    assert.doesNotMatch(report.logText, /Traceback/);
    if (first > 1) assert.match(report.logText, /printed before/);
  });
}

for (const interpreter of ['/usr/bin/env python3', '/bin/sh']) {
  test(`a script of ${interpreter} with line ends of Windows is called that`, async () => {
    const report = await runner.run('starts_script_of_windows', {
      params: JSON.stringify({ interpreter }),
    });
    assert.equal(report.outcome, 'simulation-failed');
    assert.match(report.reason, /\.\/tool has line ends of Windows \(CRLF\).*dos2unix/);
  });
}

test('a module that lies in src is found there, with what to do', async () => {
  const report = await runner.run('imports_from_src');
  assert.equal(report.outcome, 'simulation-failed');
  assert.match(
    report.reason,
    /No module named 'layout_model'\. It lies in src of the bundle.*sys\.path\.insert/,
  );
});

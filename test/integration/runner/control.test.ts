import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { defaultSandbox } from '../../../src/runner/process/sandbox.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { seed } from '../../fixtures/inputs/seed.js';
import { controlLines, messages, object } from '../../fixtures/runner/control-lines.js';
import { createFixtureRunner, type FixtureRunner } from './run-fixture.js';

const onLinux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

const make = temporaryFolders();
let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner();
});
after(() => runner.close());

const speak = (text: string | Buffer, times = 1) => ({
  params: JSON.stringify({ text: Buffer.from(text).toString('base64'), times }),
});

test(
  'whatever simulations write to the runner’s own descriptor ends no other run, and each has an outcome',
  onLinux,
  async () => {
    const lines = fc.sample(controlLines, 600);
    const parts = Array.from({ length: 6 }, (_, part) => lines.slice(100 * part, 100 * (part + 1)));
    const ran = parts.map(async (part) => {
      const text = Buffer.concat(part.map((line) => Buffer.concat([line, Buffer.from('\n')])));
      try {
        return await runner.run('speaks_for_the_runner', speak(text));
      } catch (error) {
        // What it may say of itself: that this machine could not take its result.
        assert.match(String(error), /Cannot take the simulation's result/, `seed ${seed}`);
        return undefined;
      }
    });
    const [beside, ...reports] = await Promise.all([runner.run('succeeds'), ...ran]);
    assert.equal(beside?.outcome, 'succeeded', `seed ${seed}`);
    for (const report of reports.filter((each) => each !== undefined)) {
      assert.deepEqual(report.attestation?.told, report.attestation?.seen, `seed ${seed}`);
      assert.ok(report.logText.length < 64 * 1024, `seed ${seed}`);
      if (report.outcome === 'succeeded') assert.deepEqual(report.outputs, { table: 'the real one' });
    }
  },
);

/** Each is well formed, and not for this process to say. */
const forged = [
  object({ ...messages.done, ordinal: '2' }),
  object({ ...messages.entered, ordinal: '7' }),
  object({ ...messages.ready }),
  object({ ...messages.ready, identity: '{"pid": 1, "start_time": "", "boot_id": "", "pid_namespace": ""}' }),
  object({ ...messages.done, artifacts: '[]' }),
  '{"event": "ended", "process": "x", "exit_code": 0, "signal": null}',
  '{"event": "control", "process": "x", "message": {"type": "done"}}',
].join('\n');

test(
  'a simulation that finds the private descriptors of its process falsifies nothing by what is not its own to say',
  onLinux,
  async () => {
    const report = await runner.run('speaks_for_the_runner', speak(`${forged}\n`));
    assert.deepEqual(
      [report.outcome, report.outputs],
      ['succeeded', { table: 'the real one' }],
      report.reason,
    );
    assert.deepEqual(report.attestation?.told, report.attestation?.seen);
    assert.notEqual(report.attestation?.nonce, JSON.parse(messages.ready?.nonce ?? ''));
    assert.equal(report.logText.match(/^\[a line on descriptor 3, .* was ignored: /gm)?.length, 7);
  },
);

test('a package that speaks before the runner does is not taken for it', onLinux, async () => {
  const folder = join(await make(), 'environment');
  const lines = JSON.stringify(`${forged}\n`);
  await makeVenv(folder, {
    'sitecustomize.py': `import os\ntry: os.write(3, ${lines}.encode())\nexcept OSError: pass\n`,
  });
  const environment = await createEnvironments({ python: folder, venvsFolder: '/nowhere' }).base();
  const report = await runner.run('succeeds', { environment });
  assert.deepEqual([report.outcome, report.outputs], ['succeeded', { table: '1,2,3' }], report.reason);
  assert.deepEqual(report.attestation?.told, report.attestation?.seen);
  assert.match(report.logText, /was ignored: it names another process\]/);
});

test('80 MB without an end change nothing', onLinux, async () => {
  const report = await runner.run('speaks_for_the_runner', speak('x'.repeat(1000), 80_000));
  assert.deepEqual([report.outcome, report.outputs], ['succeeded', { table: 'the real one' }], report.reason);
  assert.match(report.logText, /was ignored: it is longer than 67108864 bytes\]/);
});

test('a result that the simulation tells itself is its result', async () => {
  const report = await runner.run('forges_result');
  assert.equal(report.outcome, 'succeeded', report.reason);
  assert.deepEqual(report.outputs, { table: 'forged' });
  assert.deepEqual(report.exit, { code: 3, signal: null, afterResult: true });
});

test('a result that the simulation tells itself, with a file that is not what it says, is invalid', async (t) => {
  const lies = [
    { artifact: { file: '1' } },
    { artifact: { size: 7 } },
    { artifact: { size: 2 ** 53 - 1 } },
    { artifact: { blake2b256: '0'.repeat(64) } },
    ...['absent', 'a link', 'a hard link', 'a pipe', 'a socket', 'a link to a device', 'a folder'],
    ...['sparse', 'in a folder elsewhere'],
  ].map((lie) => (typeof lie === 'string' ? { kind: lie } : lie));
  // As the app's user, who may do more to its folders.
  const asApp = await createFixtureRunner({ sandbox: { ...defaultSandbox, users: undefined } });
  t.after(() => asApp.close());
  const ran = lies.map(async (lie) => ({
    lie,
    ...(await asApp.run('forges_result', { params: JSON.stringify(lie) })),
  }));
  for (const { lie, outcome, reason, artifacts } of await Promise.all(ran)) {
    assert.equal(outcome, 'invalid-result', `${JSON.stringify(lie)}: ${reason}`);
    assert.match(reason, /"table" is not the file that was written for it/);
    assert.deepEqual(artifacts, []);
  }
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureRunner, localBundle } from './run-fixture.js';

/** With which each task's own output begins. */
const wireLine = 'Wire function: wire.py:wire of the bundle\n';

const limit = 150 * 1024 * 1024;

const make = temporaryFolders();
let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner();
});
after(() => runner.close());

for (const simulation of ['allocates_memory', 'forks_memory_hog']) {
  test(`${simulation} is ended at the memory limit, counted over its whole tree`, async () => {
    const report = await runner.run(simulation, { memoryLimitBytes: limit });
    assert.equal(report.outcome, 'out-of-memory');
    assert.match(
      report.reason,
      /^The simulation was ended because it held \d+ MiB .* the limit is 150 MiB \(MODELOPS_MEM_LIMIT_BYTES\)\.$/,
    );
    assert.ok(report.peakMemoryBytes > limit && report.peakMemoryBytes < 10 * limit);
    assert.deepEqual(report.leftovers.unkillable, []);
  });
}

test('the memory limit holds for what runs at exit too, and the result stands', async () => {
  const bundle = await make({
    'wire.py': `
import atexit, time
held = []
@atexit.register
def take():
    for _ in range(100):
        held.append(b"x" * (10 << 20))
        time.sleep(0.02)
def wire(*task): return {"a": "1"}
`,
  });
  const report = await runner.run('', { bundle: await localBundle(bundle), memoryLimitBytes: limit });
  assert.equal(report.outcome, 'succeeded', report.reason);
  assert.deepEqual(report.exit, { code: null, signal: 'SIGKILL', afterResult: true });
  assert.ok(report.peakMemoryBytes < 3 * limit, `${report.peakMemoryBytes}`);
});

test('a large sparse mapping is no offence', async () => {
  const report = await runner.run('maps_sparse', { memoryLimitBytes: limit });
  assert.equal(report.outcome, 'succeeded', report.reason);
  assert.ok(report.peakMemoryBytes < limit);
});

test('memory that forked processes share counts once', async () => {
  const report = await runner.run('shares_memory', { memoryLimitBytes: limit });
  assert.equal(report.outcome, 'succeeded', report.reason);
});

test('a MemoryError is out-of-memory too', async () => {
  const report = await runner.run('raises_memory_error');
  assert.equal(report.outcome, 'out-of-memory');
  assert.match(report.reason, /could not have the memory it asked for. MemoryError/);
});

for (const descriptor of [1, 2]) {
  test(`100 MB of output to descriptor ${descriptor} block nothing: the log keeps head and tail and counts the rest`, async () => {
    const report = await runner.run('floods_output', { params: `{"most to": ${descriptor}}` });
    assert.equal(report.outcome, 'succeeded', report.reason);
    const printed = wireLine.length + 'first line\n'.length + 101_000_000 + 'last line\n'.length;
    const [head, omitted, tail] = report.logText.split(/\n\[(\d+) bytes left out here[^\n]*\]\n/);
    assert.match(head ?? '', /^PID \d+: Starting task .*\n(Wire function: .*\n)?first line\nxxx/);
    assert.ok(tail?.endsWith('last line\n'));
    assert.equal(Number(omitted), report.log.omittedBytes);
    assert.equal(report.log.omittedBytes, printed - 1024 * 1024);
    assert.equal(report.log.bytes, Buffer.byteLength(report.logText));
    assert.equal(report.stderrTail.length, 8 * 1024);
    assert.ok(report.stderrTail.endsWith('last line\n'));
  });
}

test('100 MB of output from C that holds the interpreter’s lock blocks nothing', async () => {
  const report = await runner.run('floods_from_c');
  assert.equal(report.outcome, 'succeeded', report.reason);
  assert.equal(report.log.omittedBytes, wireLine.length + 100_000_000 - 1024 * 1024);
});

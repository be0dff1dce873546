import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createFixtureRunner, type FixtureRunner } from './run-fixture.js';

let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner();
});
after(() => runner.close());

const done = { type: 'done', ordinal: 1, status: 'succeeded', error: null, artifacts: [] };
const artifact = {
  name: 'table',
  file: '0',
  size: 6,
  blake2b256: '0'.repeat(64),
  content_type: 'text/plain',
};
const times = { import_ms: 1, simulate_ms: 1, write_ms: 1 };
const identity = { pid: 1, start_time: '1', boot_id: 'x', pid_namespace: '1' };

/** A simulation writes this to the runner's own descriptor. */
const lines: [what: string, why: RegExp, params: { text: string; times?: number; end?: string }][] = [
  ['no JSON', /Expecting value/, { text: 'hello' }],
  ['NaN', /NaN is not JSON/, { text: '{"type":"x","v":NaN}' }],
  ['an infinite number', /valid 'import_ms'/, { text: '{"type":"entered","ordinal":1,"import_ms":1e999}' }],
  ['lists in lists in lists', /nested too deeply/, { text: '[', times: 200_000 }],
  ['an integer without end', /an integer of 3000000 digits/, { text: '7', times: 3_000_000 }],
  ['a list', /no message of a runner/, { text: '[]' }],
  ['an unknown message', /no message of a runner/, { text: '{"type":"hello"}' }],
  ['a type that is no text', /no message of a runner/, { text: '{"type":["done"]}' }],
  ['a result without fields', /'done' without a valid/, { text: '{"type":"done"}' }],
  ['a result without outputs', /contradict each other/, { text: JSON.stringify({ ...done, ...times }) }],
  [
    'a result with an output that has no checksum',
    /'done' without a valid 'artifacts'/,
    { text: JSON.stringify({ ...done, ...times, artifacts: [{ ...artifact, blake2b256: 'none' }] }) },
  ],
  [
    'a result with a name that cannot be stored',
    /'done' without a valid 'artifacts'/,
    { text: JSON.stringify({ ...done, ...times, artifacts: [{ ...artifact, name: '\ud800' }] }) },
  ],
  [
    'the result of another task',
    /does not say 'done' at this point/,
    { text: JSON.stringify({ ...done, ...times, ordinal: 2, artifacts: [artifact] }) },
  ],
  [
    'another identity',
    /does not say 'ready' at this point/,
    { text: JSON.stringify({ type: 'ready', identity, nonce: '0'.repeat(32), python: '3.11.7' }) },
  ],
  [
    'the beginning of another task',
    /does not say 'entered' at this point/,
    {
      text: '{"type":"entered","ordinal":7,"import_ms":1,"wire":{"function":"a:b","distribution":null,"version":null}}',
    },
  ],
  ['80 MB without an end', /longer than 67108864 bytes/, { text: 'x'.repeat(1000), times: 80_000, end: '' }],
];
for (const [what, why, params] of lines) {
  test(`a simulation that writes to the runner’s own descriptor (${what}) changes nothing, and its log says so`, async () => {
    const report = await runner.run('speaks_for_the_runner', { params: JSON.stringify(params) });
    assert.equal(report.outcome, 'succeeded', report.reason);
    assert.deepEqual(report.outputs, { table: 'the real one' });
    assert.match(
      report.logText,
      /\n\[a line on descriptor 3, which is the runner's own, was ignored: .*\]\n/,
    );
    assert.match(report.logText, why);
  });
}

test('what one simulation writes there does not touch a run beside it', async () => {
  const text = '{"type":"x","v":NaN}';
  const [beside] = await Promise.all([
    runner.run('succeeds'),
    runner.run('speaks_for_the_runner', { params: JSON.stringify({ text }) }),
  ]);
  assert.equal(beside.outcome, 'succeeded');
});

test('a result that the simulation tells itself is its result', async () => {
  const report = await runner.run('forges_result', { params: '{"artifact": {}}' });
  assert.equal(report.outcome, 'succeeded', report.reason);
  assert.deepEqual(report.outputs, { table: 'forged' });
  assert.deepEqual(report.exit, { code: 3, signal: null, afterResult: true });
});

for (const [what, change] of [
  ['is not there', { file: '1' }],
  ['has another size', { size: 7 }],
  ['has another checksum', { blake2b256: '0'.repeat(64) }],
] as const) {
  test(`a result that the simulation tells itself, with a file that ${what}, is invalid`, async () => {
    const report = await runner.run('forges_result', { params: JSON.stringify({ artifact: change }) });
    assert.equal(report.outcome, 'invalid-result');
    assert.match(report.reason, /"table" is not the file that was written for it/);
    assert.deepEqual(report.artifacts, []);
  });
}

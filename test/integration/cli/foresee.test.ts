import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, before, beforeEach, test } from 'node:test';
import { confirmLarge } from '../../../src/cli/submit/confirm-large.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

const bundleRef = `sha256:${'a'.repeat(64)}`;
const grid = ['submit', '--entrypoint', 'models.sir/baseline', '--no-preflight', '--json', '--bundle'];
const signal = new AbortController().signal;
let stand: CliStand;

before(async () => {
  stand = await startStand();
});
after(() => stand.stop());
beforeEach(() => stand.storage.queue.createIfNotExists().then(() => stand.storage.queue.clearMessages()));

const messages = async () => (await stand.storage.queue.getProperties()).approximateMessagesCount;

test('the size of a submission is said before it is sent, and in a dry run', async () => {
  const words = [...grid, bundleRef, '--grid', 'x=1,2', '--replicates', '3'];
  const { stderr, stdout, exitCode } = await stand.cli(...words);
  assert.equal(exitCode, 0, stderr);
  assert.match(stderr, /^6 tasks: 2 parameter sets × 3 replicates, \d\.\d KiB of messages\.$/m);
  const { expected } = JSON.parse(stdout);
  assert.equal(expected.tasks, 6);
  assert.deepEqual(expected.replicates, [3, 3]);
  assert.match(
    (await stand.cli(...words, '--dry-run')).stderr,
    /^6 tasks: 2 parameter sets × 3 replicates, /m,
  );
});

test('what tasks took in an earlier job of the bundle says how long the next one is, and a long one needs a yes', async () => {
  const ref = bundleRef.replaceAll('a', 'c').replace('shc', 'sha');
  const many = [...grid, ref, '--grid', 'y=1:60:1'];
  assert.match(
    (await stand.cli(...many, '--dry-run')).stderr,
    /is not known yet: --try runs the first one here/,
  );

  assert.equal((await stand.cli(...grid, ref, '--grid', 'y=0', '--job-id', 'first')).exitCode, 0);
  const timings = { prepare: 0, start: 0, import: 0, simulate: 3_000_000, write: 0, exit: 0 };
  await workOff(stand, () => ({ timings }));
  const estimate =
    /^At 50 min 0 s a task \(job first, of the same bundle\) about 2 h 30 min and \d+\.\d\d USD on the 20 instances /m;
  const short = await stand.cli(...many);
  assert.equal(short.exitCode, 0, short.stderr);
  assert.match(short.stderr, estimate);
  const { expected } = JSON.parse(short.stdout);
  assert.equal(expected.known_from, 'job first, of the same bundle');
  // Three tasks one after the other on each instance, and what the pretended worker needs for each.
  assert.ok(expected.wall_clock_seconds >= 9_000 && expected.wall_clock_seconds < 9_100);

  const sent = await messages();
  const long = [...grid, ref, '--grid', 'y=1:100:1'];
  const asked = await stand.cli(...long);
  assert.equal(asked.exitCode, 2);
  assert.match(
    asked.stderr,
    /Cannot ask whether these 100 tasks are meant: .* nothing was sent\. Give --yes/,
  );
  assert.equal(await messages(), sent);
  assert.equal((await stand.cli(...long, '--yes')).exitCode, 0);
  assert.equal(await messages(), (sent ?? 0) + 100);
});

for (const [typed, isMeant] of [
  ['yes\n', true],
  ['y\n', false],
  ['\n', false],
  ['', false],
] as const)
  test(`a person who is asked and types ${JSON.stringify(typed)} ${isMeant ? 'sends' : 'does not send'} a large job`, async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const stderr = new PassThrough();
    input.end(typed);
    const asked = confirmLarge(20_000, { stderr, signal }, input);
    await (isMeant ? asked : assert.rejects(asked, /^Error: Nothing was sent\.$/));
    assert.match(String(stderr.read()), /Type yes to send 20000 tasks/);
  });

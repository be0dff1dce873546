import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import type { Command } from 'commander';
import type { CliContext } from '../../../src/cli/cli-context.js';
import { createProgram } from '../../../src/cli/create-program.js';
import { exitCodes } from '../../../src/cli/exit-codes.js';
import { runProgram } from '../../../src/cli/run-program.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

const bundleRef = `sha256:${'b'.repeat(64)}`;
const model = join(packageRoot, 'test', 'fixtures', 'simulations', 'has_targets');
const task = ['--bundle', model, '--entrypoint', 'a.b/c', '--param', 'beta=0.5'];
const promptMs = 30_000;
let stand: CliStand;
let [stored, refused] = ['', ''];
let unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => unhandled.push(reason);

interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Whether it was interrupted before it ended. */
  interrupted: boolean;
}

/**
 * Runs a verb in this process, and interrupts it as it sends its so-many-th request or says its so-many-th line, 0 before it begins; or
 * as it says something.
 */
async function run(args: string[], interruptAt: number | RegExp = Number.POSITIVE_INFINITY): Promise<Ran> {
  const interruption = new AbortController();
  setMaxListeners(0, interruption.signal);
  let passed = 0;
  const moment = (said?: unknown) => {
    const isNow = interruptAt instanceof RegExp ? interruptAt.test(`${said}`) : passed === interruptAt;
    if (isNow) interruption.abort(new Error('Interrupted.'));
    passed += 1;
  };
  const said = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof said) =>
    new Writable({
      write(chunk, _, done) {
        said[name] += chunk;
        moment(chunk);
        done();
      },
    });
  const context: CliContext = {
    env: stand.env,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    signal: interruption.signal,
    exitCode: exitCodes.done,
  };
  subscribe('http.client.request.start', moment);
  const late = setTimeout(
    () => assert.fail(`${args.join(' ')} did not end, interrupted at ${interruptAt}`),
    promptMs,
  );
  try {
    moment();
    const program = await createProgram(context);
    await runProgram(program, context, ['node', 'mops-cold', ...args, '--json']);
  } finally {
    clearTimeout(late);
    unsubscribe('http.client.request.start', moment);
  }
  return { exitCode: context.exitCode, ...said, interrupted: interruption.signal.aborted };
}

/** What holds of every verb: an end at once, its exit code, a sentence on stderr, and a document on stdout. */
function mustBeTidy(
  args: string[],
  at: number | RegExp,
  { exitCode, stdout, stderr, interrupted }: Ran,
): void {
  const where = `${args.join(' ')}, interrupted at ${at}:\n${stderr}\n${stdout}`;
  assert.deepEqual(unhandled, [], where);
  const documents = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  if (exitCode !== exitCodes.interrupted) {
    // It had done what it was to do, or never looks: what it says is then whole.
    assert.ok([0, 3].includes(exitCode), where);
    assert.ok(documents.length > 0 && documents.every(({ error }) => error?.exit_code === undefined), where);
    return;
  }
  assert.ok(interrupted, where);
  assert.match(stderr, /^Interrupted\./m, where);
  assert.doesNotMatch(stderr, /^\s+at /m, where);
  assert.equal(documents.at(-1)?.error?.exit_code, exitCodes.interrupted, where);
}

/** Each of the first moments, and then ever fewer: what comes late is alike, as one task after another. */
function* moments(most: number): Generator<number> {
  for (let at = 0; at < most; at += Math.max(1, Math.floor(at / 2))) yield at;
}

/** At its moments in turn, until it ends before. */
async function interruptEverywhere(
  argsOf: (at: number) => string[],
  {
    most = 40,
    also = async () => undefined,
  }: { most?: number; also?: (ran: Ran, at: number) => Promise<void> } = {},
): Promise<number> {
  for (const at of moments(most)) {
    const args = argsOf(at);
    const ran = await run(args, at);
    mustBeTidy(args, at, ran);
    await also(ran, at);
    if (!ran.interrupted) return at;
  }
  return most;
}

async function submit(jobId: string, x = '1,2,3'): Promise<void> {
  const { exitCode, stderr } = await run(submission(jobId, x));
  assert.equal(exitCode, 0, stderr);
}

function submission(jobId: string, x = '1,2,3'): string[] {
  const job = ['--job-id', jobId, '--bundle', bundleRef, '--entrypoint', 'a.b/c', '--no-preflight'];
  return ['submit', ...job, '--grid', `x=${x}`, '--seeds', '5'];
}

before(async () => {
  stand = await startStand({ AZURE_CONFIG_DIR: '/nonexistent' });
  process.on('unhandledRejection', onUnhandled);
  for (const jobId of ['done', 'again']) {
    await submit(jobId);
    await workOff(stand, ({ task }) =>
      String(task.params.values.x) === '2' ? { outcome: 'simulation-failed', reason: 'it failed' } : {},
    );
  }
  await stand.storage.queue.sendMessage('no task');
  await workOff(stand);
  refused = JSON.parse((await run(['refused', 'list'])).stdout).refused[0].message_id;
  stored = JSON.parse((await run(['bundle', 'push', model])).stdout).ref;
});
after(async () => {
  process.off('unhandledRejection', onUnhandled);
  await stand.stop();
});

const to = (name: string, at: number) => join(stand.folder, `${name}-${at}`);

/** Of each verb that changes nothing that is shared, its words; where a moment takes long to come to, only the first of them. */
const verbs: Record<string, { words(at: number): string[]; most?: number }> = {
  watch: { words: () => ['watch', 'waits'], most: 12 },
  status: { words: () => ['status', 'done'] },
  jobs: { words: () => ['jobs'] },
  errors: { words: () => ['errors', 'done'] },
  logs: { words: () => ['logs', 'done', '--failed'] },
  'logs --follow': { words: () => ['logs', 'waits', 'x=1', '--follow'], most: 16 },
  'logs --failed --follow': { words: () => ['logs', 'waits', '--failed', '--follow'], most: 12 },
  losses: { words: () => ['losses', 'done'] },
  show: { words: () => ['show', 'done', 'x=2'] },
  'refused list': { words: () => ['refused', 'list'] },
  'refused show': { words: () => ['refused', 'show', refused] },
  fetch: { words: (at) => ['fetch', 'done', '--to', to('fetched', at)] },
  results: { words: (at) => ['results', 'done', '--to', to('tables', at)] },
  report: { words: (at) => ['report', 'done', '--to', to('page', at)] },
  verify: { words: () => ['verify', 'done'] },
  compare: { words: () => ['compare', 'done', 'again'] },
  diagnose: {
    words: (at) => [
      'diagnose',
      ...task.slice(0, 4),
      '--grid',
      'beta=0.1,0.2',
      '--seeds',
      '1',
      '--to',
      to('diagnosed', at),
    ],
    most: 4,
  },
  run: { words: (at) => ['run', ...task, '--to', to('ran', at)], most: 6 },
  // Later its processes take seconds to be started.
  bench: { words: () => ['bench', ...task, '--n', '5'], most: 1 },
  'bundle build': { words: () => ['bundle', 'build', model], most: 3 },
  'bundle check': { words: () => ['bundle', 'check', model], most: 2 },
  'bundle list': { words: () => ['bundle', 'list'], most: 3 },
  'bundle pull': { words: (at) => ['bundle', 'pull', stored, to('pulled', at)], most: 4 },
  'bundle push': { words: () => ['bundle', 'push', model], most: 3 },
  'bundle show': { words: () => ['bundle', 'show', stored], most: 3 },
  'bundle verify': { words: () => ['bundle', 'verify', stored], most: 3 },
  // Without Azure's own tool, which tests of the deployment stand in for.
  'deploy check': { words: () => ['deploy', 'check', '--name', 'some'], most: 1 },
  'deploy cost': { words: () => ['deploy', 'cost'], most: 1 },
  'deploy down': { words: () => ['deploy', 'down', '--name', 'some', '--yes'], most: 1 },
  'deploy status': { words: () => ['deploy', 'status', '--name', 'some'], most: 1 },
  'deploy up': { words: () => ['deploy', 'up', '--name', 'some'], most: 1 },
  doctor: { words: () => ['doctor'], most: 3 },
  schema: { words: () => ['schema', 'study'], most: 2 },
  completion: { words: () => ['completion', 'bash'], most: 2 },
};
/** Those whose end is looked at below. */
const changing = ['submit', 'cancel', 'retry', 'delete', 'reproduce'];

test('every verb is interrupted here', async () => {
  const leaves = ({ commands }: Command, path: string[] = []): string[] =>
    commands.flatMap((each) => {
      const own = [...path, each.name()];
      return each.commands.length > 0 ? leaves(each, own) : [own.join(' ')];
    });
  const stream = new Writable();
  const program = await createProgram({
    env: {},
    stdout: stream,
    stderr: stream,
    signal: new AbortController().signal,
    exitCode: exitCodes.done,
  });
  const known = [...Object.keys(verbs).filter((verb) => !verb.includes('--')), ...changing];
  assert.deepEqual(known.sort(), leaves(program).sort());
});

for (const verb of Object.keys(verbs))
  test(`${verb} ends at once and says so, whenever it is interrupted`, async () => {
    unhandled = [];
    if (verb === 'watch') await submit('waits');
    const { words, ...limits } = verbs[verb] ?? { words: () => [] };
    await interruptEverywhere(words, limits);
  });

test('a submission that was interrupted anywhere goes on by the command that it tells, and sends each task once', async () => {
  await workOff(stand);
  const last = await interruptEverywhere((at) => submission(`sub-${at}`), {
    async also({ stderr, exitCode }, at) {
      if (exitCode === 0) return;
      const [, goOn = ''] = /with --job-id \S+ (--run \S+)\.$/m.exec(stderr) ?? [];
      const again = await run([...submission(`sub-${at}`), ...goOn.split(' ').filter(Boolean)]);
      assert.equal(again.exitCode, 0, `interrupted at ${at}: ${stderr}\n${again.stderr}`);
      await workOff(stand);
      const { tasks, ended, repeated, state } = JSON.parse((await run(['status', `sub-${at}`])).stdout);
      assert.deepEqual([tasks, ended, repeated, state], [3, 3, 0, 'succeeded'], `interrupted at ${at}`);
    },
  });
  assert.ok(last > 8, 'there are so many moments');
});

test('what was interrupted is done by the same command: cancel, retry, delete, reproduce', async () => {
  const outcomes = async (jobId: string) => JSON.parse((await run(['status', jobId])).stdout).outcomes;
  const failing = () => ({ outcome: 'simulation-failed', reason: 'it failed' }) as const;
  const rounds: [verb: string, words: (id: string) => string[], expected: (id: string) => Promise<void>][] = [
    [
      'cancel',
      (id) => ['cancel', id],
      async (id) => {
        await workOff(stand, () => assert.fail('it is cancelled'));
        assert.deepEqual(await outcomes(id), { cancelled: 3 });
      },
    ],
    [
      'retry',
      (id) => ['retry', id],
      async (id) => {
        await workOff(stand);
        assert.deepEqual(await outcomes(id), { succeeded: 3 });
      },
    ],
    [
      'delete',
      (id) => ['delete', id, '--yes'],
      async (id) => {
        for await (const { name } of stand.storage.jobs.listBlobsFlat({ prefix: `jobs/${id}/` }))
          assert.fail(name);
      },
    ],
  ];
  for (const [verb, words, expected] of rounds)
    for (const at of moments(60)) {
      const id = `${verb}-${at}`;
      await submit(id);
      if (verb !== 'cancel') await workOff(stand, failing);
      const first = await run(words(id), at);
      mustBeTidy(words(id), at, first);
      if (first.exitCode !== 0) {
        const [, goOn = ''] = /(--run \S+)\.$/m.exec(first.stderr) ?? [];
        const second = await run([...words(id), ...goOn.split(' ').filter(Boolean)]);
        // Whoever was interrupted when the last of it was gone is told so.
        const isGone = verb === 'delete' && /Cannot find the job/.test(second.stderr);
        assert.ok(second.exitCode === 0 || isGone, `interrupted at ${at}: ${first.stderr}\n${second.stderr}`);
      }
      await expected(id);
      if (!first.interrupted) break;
    }
  // Its own job, of which nothing is left that another one would take for its own.
  for (let at = 0; at < 24; at += 6)
    mustBeTidy(['reproduce', 'done'], at, await run(['reproduce', 'done'], at));
  await workOff(stand);
});

test('a diagnosis that is interrupted in its last step, where trouble of a process is put up with, has found nothing', async () => {
  const leaks = join(packageRoot, 'test', 'fixtures', 'leaks', 'python_count');
  const words = ['diagnose', '--bundle', leaks, '--entrypoint', 'a.b/c', '--grid', 'x=1,2', '--seeds', '1'];
  const folder = to('diagnosed-leak', 0);
  const args = [...words, '--to', folder];
  const ran = await run(args, /putting back what can be/);
  mustBeTidy(args, /putting back/, ran);
  assert.equal(ran.exitCode, exitCodes.interrupted, ran.stderr);
  assert.equal(existsSync(folder), false, 'nothing is written');
});

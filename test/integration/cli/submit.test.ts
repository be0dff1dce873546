import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { parseMessage } from '../../../src/contracts/message/parse-message.js';
import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { findJob } from '../../../src/jobs/reading/find-job.js';
import { readOutcomes } from '../../../src/jobs/reading/read-outcomes.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

const bundleRef = `sha256:${'a'.repeat(64)}`;
/** The bundle of these tests is nowhere: that it would not run is another test's matter. */
const unchecked = '--no-preflight';
const grid = ['--entrypoint', 'models.sir/baseline', '--bundle', bundleRef, '--grid', 'x=1,1.0', unchecked];
const task = { entrypoint: 'models.sir/baseline', bundle_ref: bundleRef, seed: 1, outputs: null };
const signal = new AbortController().signal;
let stand: CliStand;

before(async () => {
  stand = await startStand();
});
after(() => stand.stop());
beforeEach(() => stand.storage.queue.createIfNotExists().then(() => stand.storage.queue.clearMessages()));

test('a dry run sends and writes nothing, and shows every task with its numbers as they were written', async () => {
  const { exitCode, stdout } = await stand.cli(
    'submit',
    ...grid,
    '--seeds',
    '18446744073709551615',
    '--dry-run',
    '--json',
  );
  assert.equal(exitCode, 0);
  const lines = stdout.split('\n');
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /"param_id":"4560ff73/);
  assert.match(lines[1] ?? '', /"params":\{"x":1\.0\},"seed":18446744073709551615[,}]/);
  assert.equal(await messages(), 0);
  assert.equal(await stand.storage.jobs.exists(), false);
});

for (const [name, content] of [
  ['sets.csv', '\uFEFFbeta;place\n0.3;high\n1;low\n'],
  ['sets.jsonl', '{"beta":0.3,"place":"high"}\n{"beta":1.0,"place":"low"}\n'],
  ['sets.yaml', '- {beta: 0.3, place: high}\n- {beta: 1.0, place: low}\n'],
  ['sets.json', '[{"beta":0.3,"place":"high"},{"beta":1.0,"place":"low"}]'],
] as const) {
  for (const encoding of ['utf8', 'utf16le'] as const) {
    test(`the parameter sets of ${name} in ${encoding} are swept as those of a grid`, async () => {
      const file = join(stand.folder, name);
      await writeFile(file, `\uFEFF${content.replace('\uFEFF', '')}`, encoding);
      const sweep = ['--entrypoint', 'models.sir/baseline', '--bundle', bundleRef, '--replicates', '2'];
      const named = encoding === 'utf8' ? [file] : ['--params', file];
      const { exitCode, stdout, stderr } = await stand.cli(
        'submit',
        ...named,
        ...sweep,
        '--dry-run',
        '--json',
      );
      assert.equal(exitCode, 0, stderr);
      const sets = stdout.split('\n').map((line) => /"params":(\{[^}]*\})/.exec(line)?.[1]);
      const [high, low] = ['{"beta":0.3,"place":"high"}', '{"beta":1.0,"place":"low"}'];
      assert.deepEqual(sets, [high, high, low, low]);
      if (name === 'sets.csv') assert.match(stderr, /Columns: beta float, place text\./);
    });
  }
}

test('a file of parameter sets needs the entrypoint that it does not have', async () => {
  const file = join(stand.folder, 'alone.csv');
  await writeFile(file, 'beta\n0.3\n');
  const { exitCode, stderr } = await stand.cli('submit', file, '--bundle', bundleRef);
  assert.equal(exitCode, 2);
  assert.match(stderr, /holds parameter sets alone\. Give --entrypoint and --bundle with it/);
  const twice = await stand.cli('submit', file, '--params', file, '--bundle', bundleRef);
  assert.equal(twice.exitCode, 2);
  assert.match(twice.stderr, /Cannot use both \S+ and --params \S+: a submission has one file/);
});

test('--no-cache is a word of its run, which goes on as it was opened', async () => {
  const job = [...grid, '--job-id', 'uncached'];
  const asked = async (...args: string[]) => {
    const { run } = await submit(...job, ...args);
    const { receivedMessageItems } = await stand.storage.queue.receiveMessages({ numberOfMessages: 32 });
    const marks = receivedMessageItems.map(({ messageText }) => JSON.parse(messageText).no_cache);
    return { run, marks };
  };
  assert.deepEqual((await asked()).marks, [undefined, undefined]);
  assert.deepEqual(await asked('--no-cache', '--run', 'mine'), { run: 'mine', marks: [true, true] });
  assert.deepEqual(await asked('--run', 'mine'), { run: 'mine', marks: [true, true] });
});

test('a task whose result is stored runs all the same with --no-cache', async () => {
  const job = [...grid, '--job-id', 'again-uncached'];
  const ended = async (...args: string[]) => {
    const { run } = (await submit(...job, ...args)) as { run: string };
    await workOff(stand);
    const { scope } = await findJob(stand.storage, 'again-uncached', run, signal);
    const records: OutcomeRecord[] = [];
    await readOutcomes(stand.storage.jobs, scope, signal, (record) => void records.push(record));
    records.sort((one, other) => one.task_id.localeCompare(other.task_id));
    return records.map(({ cached, attempt }) => ({ cached, attempt }));
  };
  const first = await ended();
  const second = await ended();
  assert.deepEqual(
    second,
    first.map(({ attempt }) => ({ cached: true, attempt })),
  );
  const third = await ended('--no-cache');
  assert.deepEqual(
    third.map(({ cached }) => cached),
    [false, false],
  );
  assert.ok(third.every(({ attempt }, at) => attempt !== first[at]?.attempt));
});

test('a grid is written down and queued, and the same job again opens another run', async () => {
  const first = await submit(...grid, '--seeds', '1..3', '--job-id', 'again', '--cold-mode');
  assert.deepEqual([first.tasks, first.sent, first.new_job], [6, 6, true]);
  const { receivedMessageItems } = await stand.storage.queue.receiveMessages({ numberOfMessages: 32 });
  for (const { messageText } of receivedMessageItems) {
    const parsed = parseMessage(Buffer.from(messageText));
    assert.ok(parsed.ok && parsed.reference === undefined);
    assert.deepEqual(
      [parsed.message.job_id, parsed.message.run, parsed.message.executor],
      ['again', first.run, 'cold'],
    );
    assert.equal(parsed.message.traceparent, first.traceparent, 'one submission is one trace');
  }
  assert.match(String(first.traceparent), /-01$/, 'the app is to record it');
  const second = await submit(...grid, '--seeds', '1..3', '--job-id', 'again', '--cold-mode');
  assert.equal(second.new_job, false);
  assert.notEqual(second.run, first.run);
  assert.notEqual(second.traceparent, first.traceparent);

  const other = await stand.cli('submit', ...grid, '--seeds', '1..4', '--job-id', 'again', '--cold-mode');
  assert.equal(other.exitCode, 2);
  assert.match(other.stderr, /Cannot use the job id again: there is a job of this name with other tasks/);
});

test('a run that exists is continued with the tasks that have no outcome', async () => {
  const { run } = await submit(...grid, '--seeds', '1..3', '--job-id', 'continued');
  assert.equal(await workOff(stand, undefined, 4), 4);
  const more = await submit(...grid, '--seeds', '1..3', '--job-id', 'continued', '--run', String(run));
  assert.deepEqual([more.continued, more.sent, more.tasks], [true, 2, 6]);
});

test('a job file and a study file are queued', async () => {
  await file('job.json', {
    job_type: 'simulation',
    job_id: 'of-file',
    tasks: [{ ...task, params: { values: { x: 1 } } }],
  });
  const job = await submit('job.json');
  assert.deepEqual([job.job_id, job.sent], ['of-file', 1]);
  await file('study.json', {
    model: 'models.sir',
    scenario: 'baseline',
    parameter_sets: [{ x: 1 }, { x: 2 }],
    n_replicates: 3,
  });
  assert.equal((await submit('study.json', '--bundle', bundleRef)).sent, 6);
});

test('a folder given as bundle is stored before anything is queued, and not stored again', async () => {
  await mkdir(join(stand.folder, 'model'), { recursive: true });
  await writeFile(
    join(stand.folder, 'model', 'wire.py'),
    'def wire(entrypoint, params, seed): return {"a": b""}\n',
  );
  const ofFolder = ['--entrypoint', 'models.sir/baseline', '--bundle', 'model'];
  const dry = await stand.cli('submit', ...ofFolder, '--dry-run', '--json');
  assert.equal(existsSync(stand.env.MODELOPS_BUNDLES_DIR ?? ''), false);
  const { bundle_ref: digest } = JSON.parse(dry.stdout) as { bundle_ref: string };
  const { exitCode, stderr } = await stand.cli('submit', ...ofFolder);
  assert.equal(exitCode, 0);
  assert.doesNotMatch((await stand.cli('submit', ...ofFolder)).stderr, /Stored/);
  assert.match(stderr, new RegExp(`Stored the bundle .*${digest}`));
  assert.ok(
    existsSync(join(stand.env.MODELOPS_BUNDLES_DIR ?? '', 'blobs', 'sha256', digest.slice('sha256:'.length))),
  );
});

test('parameters above 48 KiB travel as a reference to a blob, and arrive', async () => {
  await file('large.json', { tasks: [{ ...task, params: { values: { text: 'ü'.repeat(40_000) } } }] });
  const { job_id: jobId } = await submit('large.json');
  const { peekedMessageItems } = await stand.storage.queue.peekMessages();
  assert.match(peekedMessageItems[0]?.messageText ?? '', /^\{"body_ref":"bodies\/[0-9a-f]{64}"\}$/);
  assert.equal(await workOff(stand), 1);
  const { stdout } = await stand.cli('status', String(jobId), '--json');
  assert.equal(JSON.parse(stdout).succeeded, 1);
});

test('text that XML cannot carry arrives as it was sent', async () => {
  const values = { odd: 'a\uffff\u0001\u0085 <&>"\' 😀\u2028' };
  await file('odd.json', { tasks: [{ ...task, params: { values } }] });
  await submit('odd.json');
  const { peekedMessageItems } = await stand.storage.queue.peekMessages();
  const parsed = parseMessage(Buffer.from(peekedMessageItems[0]?.messageText ?? ''));
  assert.ok(parsed.ok && parsed.reference === undefined);
  assert.deepEqual(parsed.message.params.values, values);
});

test('a submission that cannot send telemetry as it is told sends nothing, and one whose collector is away sends all', async () => {
  const { env } = stand;
  try {
    env.OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:9';
    env.OTEL_EXPORTER_OTLP_PROTOCOL = 'grpc';
    const refused = await stand.cli('submit', ...grid, '--job-id', 'untold');
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /OTEL_EXPORTER_OTLP_PROTOCOL must be http\/protobuf/);
    assert.equal(await messages(), 0);
    delete env.OTEL_EXPORTER_OTLP_PROTOCOL;
    const sent = await stand.cli('submit', ...grid, '--job-id', 'untold');
    assert.equal(sent.exitCode, 0);
    assert.match(sent.stderr, /Telemetry is not sent/);
    assert.equal(await messages(), 2);
  } finally {
    delete env.OTEL_EXPORTER_OTLP_ENDPOINT;
    delete env.OTEL_EXPORTER_OTLP_PROTOCOL;
  }
});

test('identical tasks are queued once, with a note', async () => {
  const one = { ...task, params: { values: { x: 7 } } };
  await file('twice.json', { tasks: [one, one] });
  const { exitCode, stderr, stdout } = await stand.cli('submit', 'twice.json', unchecked, '--json');
  assert.equal(exitCode, 0);
  assert.match(stderr, /1 of the 2 tasks repeat an earlier one exactly/);
  assert.deepEqual([JSON.parse(stdout).sent, JSON.parse(stdout).repeated], [1, 1]);
});

const refused: [string, object | string[], RegExp][] = [
  [
    'a param_id that is not that of its values',
    { tasks: [{ ...task, params: { param_id: 'f'.repeat(64), values: { x: 1 } } }] },
    /tasks\[0\]\.params\.param_id is "f+", and the values have the id "4560/,
  ],
  ['a calibration', { job_type: 'calibration', algorithm: 'x' }, /the file is a calibration/],
  [
    'one task id with two meanings',
    {
      tasks: [
        { ...task, params: { values: {} } },
        { ...task, params: { values: {} }, outputs: ['a'] },
      ],
    },
    /tasks\[1\] has the same bundle, entrypoint, parameters and seed/,
  ],
  [
    'a study without a bundle',
    { model: 'models.sir', scenario: 'baseline', parameter_sets: [{}] },
    /bundle_ref is missing/,
  ],
  ['neither file nor grid', [], /give a job or study file, or --entrypoint and --bundle/],
  ['the job id "direct"', [...grid, '--job-id', 'direct'], /belongs to tasks that are pushed without a job/],
  ['a job id that is no name', [...grid, '--job-id', 'a/b'], /Cannot use --job-id "a\/b"/],
  [
    'seeds and replicates',
    [...grid, '--seeds', '1', '--replicates', '2'],
    /--seeds and --replicates together/,
  ],
  ['a grid that gives a parameter twice', [...grid, '--grid', 'x=2'], /x is given twice/],
];
for (const [what, given, message] of refused) {
  test(`${what} is refused as wrong usage, and nothing is queued`, async () => {
    const args = Array.isArray(given) ? given : [await file('refused.json', given)];
    const { exitCode, stderr, stdout } = await stand.cli('submit', ...args, '--json');
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.equal(exitCode, 2);
    assert.equal(JSON.parse(stdout).error.exit_code, 2);
    assert.equal(await messages(), 0);
  });
}

test('Ctrl-C in the middle says how many were sent and how to continue, and exits with 130', async () => {
  // As many as are sent here, of which each has a body that goes to a blob first: that takes a while.
  const long = ['--grid', `text=${'x'.repeat(50_000)}`, '--seeds', '1..250'];
  const submitting = stand.start('submit', ...grid, ...long, '--job-id', 'stopped');
  await new Promise<void>((resolve) =>
    submitting.stderr?.on('data', (text: Buffer) => {
      if (text.includes('Sending')) resolve();
    }),
  );
  submitting.kill('SIGINT');
  const { exitCode, stderr } = await submitting;
  assert.equal(exitCode, 130);
  const said =
    /^Interrupted\. Sent (\d+) of 500 messages of job stopped, run (\S+)\. .* --job-id stopped --run \2\.$/m.exec(
      stderr,
    );
  assert.ok(said, stderr);
  assert.ok(Number(said[1]) < 500);
  assert.equal(await messages(), Number(said[1]));
  const status = await stand.cli('status', 'stopped', '--json');
  assert.deepEqual([JSON.parse(status.stdout).state, JSON.parse(status.stdout).tasks], ['pending', 500]);
});

test('a storage account that does not answer is an error at once, in a sentence', async () => {
  stand.env.AZURE_STORAGE_CONNECTION_STRING = `${stand.env.AZURE_STORAGE_CONNECTION_STRING}`.replace(
    /:\d+\//g,
    ':1/',
  );
  const began = performance.now();
  const { exitCode, stderr } = await stand.cli('status', 'any');
  assert.equal(exitCode, 1);
  assert.match(stderr, /^Cannot reach the storage account at http:\/\/127\.0\.0\.1:1: ECONNREFUSED\./);
  assert.ok(performance.now() - began < 10_000);
});

async function submit(...args: string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await stand.cli('submit', ...args, unchecked, '--json');
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function file(name: string, content: object): Promise<string> {
  await writeFile(join(stand.folder, name), JSON.stringify(content));
  return name;
}

async function messages(): Promise<number> {
  return (await stand.storage.queue.getProperties()).approximateMessagesCount ?? 0;
}

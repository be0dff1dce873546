import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../fixtures/inputs/seed.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { SupervisorEvent } from '../../../src/runner/process/supervisor-protocol.js';
import { controlLines, identity, messages, object } from '../../fixtures/runner/control-lines.js';

/** What reaches a supervisor: a chunk of bytes in base64, or that it gives its runner something to do. */
type Step = string | 'task' | 'prepare';

interface Heard {
  /** What the supervisor tells of them. */
  events: string[];
  complaints: string[];
  stackBytes: number;
  mostKept: number;
}

const script = `
import base64, json, resource, sys
sys.path.insert(0, ${JSON.stringify(join(packageRoot, 'src', 'runner', 'python'))})
from cold_functions.supervisor.control_channel import ControlChannel

def heard(steps):
    complaints, stack, events, kept = [], [], [], 0
    channel = ControlChannel(${JSON.stringify(identity)}, complaints.append, lambda line, begins: stack.append(len(line)))
    for step in steps:
        if step == "task":
            channel.begin_task()
        elif step == "prepare":
            channel.begin_preparing()
        else:
            for message in channel.take(base64.b64decode(step)):
                events.append(json.dumps({"event": "control", "process": "p", "message": message}, allow_nan=False))
            kept = max(kept, len(channel._line))
    channel.close()
    return {"events": events, "complaints": complaints, "stackBytes": max(stack, default=0), "mostKept": kept}
`;

function python<T>(code: string, input = ''): T {
  const options = { input, encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  return JSON.parse(execFileSync('python3', ['-I', '-c', script + code], options));
}

function hear(runners: Step[][]): Heard[] {
  return python(
    'print(json.dumps([heard(steps) for steps in json.load(sys.stdin)]))',
    JSON.stringify(runners),
  );
}

const line = (text: string | Buffer): Step =>
  Buffer.concat([Buffer.from(text), Buffer.from('\n')]).toString('base64');
const own = (name: string) => line(object(messages[name] ?? {}));
const noEnd = Buffer.from('x').toString('base64');

const lines = 100;
const runners = 100;
const batches = 10;

test('of 100,000 lines that a simulation may write, what passes is what a runner says, in its turn, and everybody understands it', () => {
  const step = fc.oneof(
    { weight: 20, arbitrary: controlLines.map(line) },
    { weight: 1, arbitrary: fc.constantFrom<Step>('task', 'prepare', noEnd) },
  );
  const runner = fc
    .array(step, { minLength: lines, maxLength: lines })
    .map((steps) => [own('ready'), 'task', ...steps]);
  let written = 0;
  let passed = 0;
  const batch = fc.array(runner, { minLength: runners, maxLength: runners });
  fc.assert(
    fc.property(batch, (all) => {
      for (const [at, { events, complaints, stackBytes, mostKept }] of hear(all).entries()) {
        const steps = all[at] ?? [];
        written += steps.length;
        passed += events.length;
        const said = events.map((event) => SupervisorEvent.parse(JSON.parse(event)));
        let [open, ordinal] = [false, 0];
        const tasks = steps.filter((each) => each === 'task').length;
        for (const [n, event] of said.entries()) {
          assert.ok(event.event === 'control');
          const { message } = event;
          assert.equal(message.type === 'ready', n === 0);
          if (message.type === 'ready') assert.deepEqual(message.identity, identity);
          if (message.type === 'entered' || message.type === 'done') {
            assert.ok(
              message.ordinal > ordinal || (open && message.ordinal === ordinal),
              'each task is done once',
            );
            open = message.type === 'entered';
            ordinal = message.ordinal;
            assert.ok(ordinal <= tasks);
          }
          if (message.type === 'done')
            for (const { file } of message.artifacts) assert.match(file, /^[0-9]{1,9}$/);
        }
        assert.ok(complaints.length <= 21 * (tasks + 1) && complaints.every((text) => text.length < 300));
        assert.ok(stackBytes <= 4096 && mostKept <= 400_000);
      }
    }),
    { numRuns: batches },
  );
  assert.ok(written >= lines * runners * batches, `${written}`);
  assert.ok(passed > 2 * runners * batches, `${passed} passed`);
});

test('whatever else is written there, in whatever pieces it arrives, a runner’s own messages pass', () => {
  const junk = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 4 });
  const runner = fc.tuple(junk, junk, junk, fc.array(fc.nat(), { maxLength: 6 }));
  fc.assert(
    fc.property(fc.array(runner, { minLength: 100, maxLength: 100 }), (all) => {
      const steps = all.map(([first, second, third, cuts]) => {
        // As the runner does: an empty line first.
        const say = (name: string, ...before: Uint8Array[]) =>
          Buffer.concat([...before, Buffer.from(`\n${object(messages[name] ?? {})}\n`)]);
        const task = cut(Buffer.concat([say('entered', ...second), say('done', ...third)]), cuts);
        return [...cut(say('ready', ...first), cuts), 'task', ...task];
      });
      for (const { events } of hear(steps)) {
        const types = events.map((event) => JSON.parse(event).message.type);
        assert.deepEqual(types, ['ready', 'entered', 'done']);
      }
    }),
    { numRuns: 5 },
  );
});

function cut(bytes: Buffer, cuts: number[]): Step[] {
  const at = [0, ...cuts.map((each) => each % bytes.length).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, n) => bytes.subarray(at[n], end).toString('base64'));
}

const ignored: [what: string, why: RegExp, text: string][] = [
  ['no JSON', /no message of a runner/, 'hello'],
  ['NaN', /NaN is not JSON/, '{"type":"x","v":NaN}'],
  ['an infinite number', /valid 'import_ms'/, '{"type":"entered","ordinal":1,"import_ms":1e999}'],
  ['lists in lists in lists', /nested too deeply/, `{"type":${'['.repeat(200_000)}`],
  ['an integer without end', /an integer of 3000000 digits/, `{"type":${'7'.repeat(3_000_000)}}`],
  ['more parts than memory is to be had for', /too many parts/, `{"type":[${'[],'.repeat(2_000_001)}`],
  ['an unknown message', /no message of a runner/, '{"type":"hello"}'],
  ['a type that is no text', /no message of a runner/, '{"type":["done"]}'],
  ['a result without fields', /'done' without a valid/, '{"type":"done"}'],
  ['a result without outputs', /contradict each other/, object({ ...messages.done, artifacts: '[]' })],
  [
    'the result of another task',
    /does not say 'done' at this point/,
    object({ ...messages.done, ordinal: '2' }),
  ],
  ['its identity again', /does not say 'ready' at this point/, object({ ...messages.ready })],
  [
    'another identity',
    /names another process/,
    object({
      ...messages.ready,
      identity: '{"pid": 1, "start_time": "1", "boot_id": "1", "pid_namespace": ""}',
    }),
  ],
  [
    'the beginning of another task',
    /does not say 'entered' at this point/,
    object({ ...messages.entered, ordinal: '7' }),
  ],
];
test('a line that is no message of a runner’s, or comes out of its turn, is ignored, and the log says why', () => {
  const heard = hear(ignored.map(([, , text]) => [own('ready'), 'task', line(text), own('done')]));
  for (const [at, [what, why]] of ignored.entries()) {
    assert.equal(heard[at]?.events.length, 2, what);
    assert.equal(heard[at].complaints.length, 1, what);
    assert.match(heard[at].complaints[0] ?? '', why, what);
  }
});

test('after too many that only look like a runner’s, none of a task is read any more; the next task is heard again', () => {
  const [messages, complaints] = python<[string[], number]>(
    `
from cold_functions.supervisor import control_channel
complaints = []
channel = ControlChannel(${JSON.stringify(identity)}, complaints.append, lambda line, begins: None)
ready, first, second = json.load(sys.stdin)
channel.begin_task()
said = list(channel.take(base64.b64decode(ready)))
flood = b'{"type": "no"}\\n' * 1024
for _ in range(64):
    said += channel.take(flood)
said += channel.take(base64.b64decode(first))
channel.begin_task()
said += channel.take(base64.b64decode(second))
channel.close()
print(json.dumps([[message["type"] + str(message.get("ordinal", "")) for message in said], len(complaints)]))
`,
    JSON.stringify([own('ready'), own('done'), line(object({ ...messagesOf('done'), ordinal: '2' }))]),
  );
  assert.deepEqual(messages, ['ready', 'done2']);
  assert.equal(complaints, 21);
});

test('a control line without an end, and one of nothing but brackets, take no more memory than the longest message', () => {
  const [types, complaints, peakMiB] = python<[string[], number, number]>(
    `
complaints = []
channel = ControlChannel(${JSON.stringify(identity)}, complaints.append, lambda line, begins: None)
messages = []
for _ in range(400):
    messages += channel.take(b"x" * 1024 * 1024)
messages += channel.take(b'\\n{"type": [')
for _ in range(63):
    messages += channel.take(b"[]," * (1024 * 1024 // 3))
messages += channel.take(b"\\n" + base64.b64decode(sys.stdin.read()))
print(json.dumps([[message["type"] for message in messages], len(complaints), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
`,
    own('ready'),
  );
  assert.deepEqual(types, ['ready']);
  assert.equal(complaints, 2);
  if (process.platform === 'linux') assert.ok(peakMiB < 250, `${peakMiB} MiB`);
});

function messagesOf(name: string): Record<string, string> {
  return messages[name] ?? {};
}

test('a result of 100,000 outputs can be told; one of too many to be read is refused by the runner itself', () => {
  const told = python<[number, boolean]>(
    `
from cold_functions.runner.collect_outputs import _can_be_told
from cold_functions.runner.json_line import json_line
from cold_functions.supervisor.runner_message import runner_message
described = json.loads(sys.stdin.read())
artifact = described["artifacts"][0]
artifacts = [{**artifact, "name": f"folder, {n}/table", "file": str(n)} for n in range(100_000)]
message = runner_message(json_line({**described, "artifacts": artifacts}).encode())
print(json.dumps([len(message["artifacts"]), _can_be_told(artifacts), _can_be_told(2 * artifacts)]))
`,
    object(messages.done ?? {}),
  );
  assert.deepEqual(told, [100_000, true, false]);
});

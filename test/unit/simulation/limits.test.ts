import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMessage } from '../../../src/contracts/message/format-message.js';
import { parseMessage } from '../../../src/contracts/message/parse-message.js';
import { resultKey } from '../../../src/contracts/task/result-key.js';
import { SimTask } from '../../../src/contracts/task/sim-task.js';
import { taskId } from '../../../src/contracts/task/task-id.js';
import { limitsExceeded } from '../../../src/simulation/limits-exceeded.js';
import { runLimits } from '../../../src/simulation/run-limits.js';
import { someTask } from '../contracts/some-task.js';

const MiB = 1024 * 1024;
const app = { timeoutMs: 100_000, memoryLimitBytes: 100 * MiB, threads: 1 };

test('a task has its own limits, else those of its bundle where they are lower, else those of the app, and who says so is named', () => {
  const bundle = { timeout_seconds: 50, memory_bytes: 50 * MiB };
  const own = { timeout_seconds: 60, memory_bytes: 60 * MiB };
  assert.deepEqual(runLimits(app, {}, {}), app);
  assert.deepEqual(runLimits(app, bundle, {}), {
    ...{ timeoutMs: 50_000, timeoutSetBy: "the bundle's timeout_seconds", threads: 1 },
    ...{ memoryLimitBytes: 50 * MiB, memorySetBy: "the bundle's memory_bytes" },
  });
  assert.deepEqual(runLimits(app, { timeout_seconds: 500, memory_bytes: 500 * MiB }, {}), app);
  for (const metadata of [{}, bundle])
    assert.deepEqual(runLimits(app, metadata, own), {
      ...{ timeoutMs: 60_000, timeoutSetBy: "the task's own timeout_seconds, or --timeout", threads: 1 },
      ...{ memoryLimitBytes: 60 * MiB, memorySetBy: "the task's own memory_bytes, or --memory" },
    });
});

test('limits above those of the app are named with the field, the limit and its setting; as high as the app they are allowed', () => {
  assert.equal(limitsExceeded(app, { timeout_seconds: 100, memory_bytes: 100 * MiB }), undefined);
  assert.match(
    limitsExceeded(app, { timeout_seconds: 100.5 }) ?? '',
    /^timeout_seconds is 100\.5, and the app lets no task run longer than 100 s \(MODELOPS_TASK_TIMEOUT_SECONDS\): /,
  );
  assert.match(
    limitsExceeded(app, { memory_bytes: 101 * MiB }) ?? '',
    /^memory_bytes is \d+ \(101 MiB\), and the app lets no task take more than 100 MiB \(MODELOPS_MEM_LIMIT_BYTES\): /,
  );
});

test('limits travel with a task, and change neither its id nor where its result lives', () => {
  const plain = SimTask.parse(someTask());
  const limited = SimTask.parse(someTask({ timeout_seconds: 0.5, memory_bytes: 5 * MiB }));
  assert.equal(taskId(limited), taskId(plain));
  assert.equal(resultKey(limited, 'cold'), resultKey(plain, 'cold'));
  const parsed = parseMessage(Buffer.from(formatMessage(limited)));
  assert.deepEqual(parsed, { ok: true, message: limited });
});

for (const [field, value] of [
  ['timeout_seconds', 0],
  ['timeout_seconds', '5m'],
  ['memory_bytes', 0],
  ['memory_bytes', 1.5],
  ['memory_bytes', '4GiB'],
] as const)
  test(`a message whose ${field} is ${JSON.stringify(value)} is refused by that field`, () => {
    const parsed = parseMessage(Buffer.from(JSON.stringify({ ...plainTask, [field]: value })));
    assert.ok(!parsed.ok);
    assert.equal(parsed.field, field);
    assert.match(parsed.reason, /it must be a (number above 0|finite number|whole number)/);
  });

test('a rule of a run is refused in a message that names no run', () => {
  const rule = { stop_after_failures: 3 };
  const ofRun = { ...plainTask, ...rule, job_id: 'job', run: 'run' };
  assert.ok(parseMessage(Buffer.from(JSON.stringify(ofRun))).ok);
  const parsed = parseMessage(Buffer.from(JSON.stringify({ ...plainTask, ...rule, job_id: 'job' })));
  assert.ok(!parsed.ok);
  assert.equal(parsed.field, 'stop_after_failures');
});

const plainTask = {
  bundle_ref: `sha256:${'a'.repeat(64)}`,
  entrypoint: 'models.sir/baseline',
  params: { values: { beta: 0.3 } },
  seed: 1,
};

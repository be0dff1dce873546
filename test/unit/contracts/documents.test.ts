import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobManifest } from '../../../src/contracts/job/job-manifest.js';
import { RunManifest } from '../../../src/contracts/job/run-manifest.js';
import { TaskLine } from '../../../src/contracts/job/task-line.js';
import { parseDocument } from '../../../src/contracts/json/parse-document.js';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import type { Scalar } from '../../../src/contracts/json/scalar.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { TaskMessage } from '../../../src/contracts/message/task-message.js';
import { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { SimReturn } from '../../../src/contracts/result/sim-return.js';
import { StoredResult } from '../../../src/contracts/result/stored-result.js';
import { ContractViolation } from '../../../src/contracts/validation/contract-violation.js';
import { bundleRef, someTask } from './some-task.js';

const identity = { pid: 4711, start_time: '123456', boot_id: 'b', pid_namespace: '4026531836' };
const attestation = {
  executor: 'cold' as const,
  start_method: 'spawn' as const,
  told: identity,
  seen: identity,
  nonce: '0'.repeat(32),
  ordinal: 1,
  python: '3.11.7',
};
const what = {
  task_id: '1'.repeat(32),
  result_key: '2'.repeat(32),
  bundle_ref: bundleRef,
  entrypoint: 'models.sir/baseline',
  param_id: '3'.repeat(64),
  params: parseJson('{"beta": 1.0, "n": 9007199254740993, "name": "x", "on": true}') as Record<
    string,
    Scalar
  >,
  seed: 2n ** 64n - 1n,
  attempt: 'a1',
  attestation,
  metrics: { execution_duration: 0.25, peak: 1e21, tiny: 1e-7, n: 0 },
  finished_at: '2024-02-29T12:00:00.000Z',
};
const checksum = 'c'.repeat(64);

const result: StoredResult = {
  ...what,
  outputs: {
    table: { content_type: 'text/csv', size: 5_000_000_000, ref: 'azure://results/x', checksum },
  },
  exit_after_result: { code: -11, signal: 'SIGSEGV' },
  cached: false,
};

const record: OutcomeRecord = {
  ...what,
  job_id: 'job-1',
  run: 'r1',
  outcome: 'crashed',
  reason: 'The process ended with SIGSEGV.',
  cached: false,
  error: { error_type: 'crashed', message: 'm', retryable: false },
  error_details: {
    error: 'm',
    type: 'crashed',
    bundle_ref: bundleRef,
    entrypoint: 'models.sir/baseline',
    traceback: '',
    stderr_tail: '\udc80 é',
    exit_code: null,
    signal: 'SIGSEGV',
  },
};

test('a stored result is read from its own JSON, digit for digit', () => {
  const text = stringifyJson(result);
  assert.deepEqual(parseDocument(StoredResult, text), result);
  assert.match(text, /"beta":1\.0,"n":9007199254740993/);
});

test('an outcome record is read from its own JSON, digit for digit', () => {
  const text = stringifyJson(record, 2);
  assert.deepEqual(parseDocument(OutcomeRecord, text), record);
});

test('job, run and task line are read from their own JSON', () => {
  const job: JobManifest = {
    job_id: 'job-1',
    created_at: what.finished_at,
    bundle_refs: [bundleRef],
    task_count: 16,
    executor: 'cold',
    tool_version: '0.1.0',
    source: 'grid',
  };
  const run: RunManifest = { run: 'r1', submitted_at: what.finished_at, messages: 16 };
  const message = TaskMessage.parse(someTask({ job_id: 'job-1', run: 'r1', seed: what.seed }));
  const line: TaskLine = { task_id: what.task_id, result_key: what.result_key, message };
  assert.deepEqual(parseDocument(JobManifest, stringifyJson(job)), job);
  assert.deepEqual(parseDocument(RunManifest, stringifyJson(run)), run);
  assert.deepEqual(parseDocument(TaskLine, stringifyJson(line)), line);
  assert.equal(stringifyJson(line).includes('\n'), false);
});

for (const [change, field] of [
  [{ seed: '1' }, 'seed'],
  [{ task_id: undefined }, 'task_id'],
  [{ attestation: { ...attestation, ordinal: 1.5 } }, 'attestation.ordinal'],
  [{ attestation: { ...attestation, nonce: 'x' } }, 'attestation.nonce'],
  [{ metrics: { a: '1' } }, 'metrics.a'],
  [{ outputs: {} }, 'outputs'],
  [{ outputs: { t: { size: 1, checksum } } }, 'outputs.t'],
  [{ outputs: { t: { size: 1, checksum, ref: 'x', inline: 'YQ==' } } }, 'outputs.t'],
  [{ params: { x: null } }, 'params.x'],
] as const) {
  test(`a stored result with ${JSON.stringify(change).slice(0, 60)} is refused, naming ${field}`, () => {
    assert.throws(
      () => parseDocument(StoredResult, stringifyJson({ ...result, ...change }), 'The result'),
      (error) =>
        error instanceof ContractViolation && error.field === field && error.message.startsWith(field),
    );
  });
}

test('a document that is no JSON is refused by its name', () => {
  assert.throws(
    () => parseDocument(StoredResult, '<html>', 'The result'),
    /^ContractViolation: The result is not/,
  );
});

test('a SimReturn keeps to the contract', () => {
  const inline = Buffer.from('abc').toString('base64');
  const artifact = { size: 3, inline, checksum };
  const accepted = SimReturn.parse({ task_id: 't', outputs: { a: artifact } });
  assert.equal(accepted.outputs.a?.content_type, 'application/vnd.apache.arrow.stream');
  SimReturn.parse({ task_id: 't', outputs: { a: { size: 0, inline: '', checksum } } });
  const large = Buffer.alloc(524_289).toString('base64');
  for (const [bad, reason] of [
    [{ task_id: 't', outputs: {} }, /must be one/],
    [{ task_id: 't', outputs: {}, error: { error_type: 'E', message: 'm' } }, /error must have details/],
    [{ task_id: 't', outputs: { a: { ...artifact, size: 4 } } }, /3 bytes inline and the size 4/],
    [{ task_id: 't', outputs: { a: { size: 524_289, inline: large, checksum } } }, /at most 524288/],
    [{ task_id: 't', outputs: { a: { ...artifact, checksum: 'x' } } }, /64 hex digits/],
  ] as const) {
    assert.match(SimReturn.safeParse(bad).error?.issues[0]?.message ?? '', reason);
  }
});

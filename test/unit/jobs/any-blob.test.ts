import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { z } from 'zod';
import { Expansion } from '../../../src/contracts/job/expansion.js';
import { RunManifest } from '../../../src/contracts/job/run-manifest.js';
import { RunProgress } from '../../../src/contracts/job/run-progress.js';
import { TaskLine } from '../../../src/contracts/job/task-line.js';
import { parseDocument } from '../../../src/contracts/json/parse-document.js';
import { BuildRecord } from '../../../src/contracts/message/build-record.js';
import { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { StoredResult } from '../../../src/contracts/result/stored-result.js';
import { ContractViolation } from '../../../src/contracts/validation/contract-violation.js';
import { listedOutcome } from '../../../src/jobs/reading/listed-outcome.js';
import { holds } from '../../fixtures/inputs/holds.js';
import { mustBePlain } from '../../fixtures/inputs/must-be-plain.js';
import { mutated } from '../../fixtures/inputs/mutated.js';
import { nastyTexts } from '../../fixtures/inputs/nasty-texts.js';

const identity = { pid: 4711, start_time: '123456', boot_id: 'b', pid_namespace: '4026531836' };
const attestation = {
  executor: 'cold',
  start_method: 'spawn',
  told: identity,
  seen: identity,
  nonce: '0'.repeat(32),
  ordinal: 1,
  python: '3.11.7',
};
const bundle_ref = `sha256:${'a'.repeat(64)}`;
const what = {
  task_id: '1'.repeat(32),
  result_key: '2'.repeat(32),
  bundle_ref,
  entrypoint: 'models.sir/baseline',
  param_id: '3'.repeat(64),
  params: { beta: 1.5, name: 'x', on: true },
  seed: 7,
  attempt: 'a1',
  attestation,
  metrics: { execution_duration: 0.25 },
  finished_at: '2024-02-29T12:00:00.000Z',
};
const table = { content_type: 'text/csv', size: 5, ref: 'azure://results/x', checksum: 'c'.repeat(64) };
const error = { error_type: 'ValueError', message: 'm', retryable: false };
const documents: [string, z.ZodType, object][] = [
  [
    'outcome',
    OutcomeRecord,
    {
      ...what,
      job_id: 'job',
      run: 'r',
      outcome: 'succeeded',
      reason: '',
      cached: false,
      outputs: ['a'],
      error,
    },
  ],
  ['result', StoredResult, { ...what, outputs: { table }, cached: false, error, error_details: table }],
  ['run', RunManifest, { run: 'r', job_id: 'job', submitted_at: what.finished_at, tasks: 1 }],
  ['summary of an instance', RunProgress, { outcomes: { succeeded: 1 }, cached: 0, seconds: {}, tasks: [] }],
  [
    'expansion',
    Expansion,
    {
      ...{ job_id: 'job', run: 'r', lines: { path: 'p', members: [[1, 10]] }, end: 1, sent: 0, again: [] },
      ...{ priority: 0, served_at: '', terms: {} },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
  ],
  [
    'line of tasks',
    TaskLine,
    {
      task_id: what.task_id,
      message: { bundle_ref, entrypoint: what.entrypoint, params: { values: { x: 1 } }, seed: 1 },
    },
  ],
  [
    'record of a build',
    BuildRecord,
    { request: 'r', bundle_ref, reason: '', environment: null, finished_at: what.finished_at },
  ],
];

for (const [name, schema, document] of documents)
  test(`a damaged ${name} is read, or refused with a sentence that names what is wrong`, () =>
    holds(mutated([JSON.stringify(document)]), 1_000, (text) => {
      for (const damaged of [text, text.slice(0, text.length >> 1)])
        try {
          parseDocument(schema, damaged, 'The blob x');
        } catch (refusal) {
          assert.ok(refusal instanceof ContractViolation, String(refusal));
          mustBePlain(refusal.message);
        }
    }));

test('an outcome in a listing with damaged metadata is read, or refused with the name of its blob', () => {
  const some = fc.constantFrom(...nastyTexts, 'a%zz', '%E0%A4%A', 'a,b', 'pid=x&ordinal=-1', 'succeeded');
  const metadata = fc.record(
    {
      outcome: fc.constantFrom('succeeded', 'crashed', ...nastyTexts),
      outputs: some,
      process: some,
      seconds: some,
    },
    { requiredKeys: [] },
  );
  const name = 'jobs/j/runs/r/outcomes/t.json';
  holds(metadata, 2_000, (told) => {
    try {
      listedOutcome({
        name,
        metadata: told as Record<string, string>,
        createdOn: new Date(0),
      });
    } catch (refusal) {
      assert.match((refusal as Error).message, /^Cannot (?:count|read).*outcomes\/t\.json/s);
    }
  });
});

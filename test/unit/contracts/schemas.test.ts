import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { JobFile } from '../../../src/contracts/job/job-file.js';
import { ParameterSetEntry } from '../../../src/contracts/job/parameter-set-entry.js';
import { parseSubmission } from '../../../src/contracts/job/parse-submission.js';
import { StudyFile } from '../../../src/contracts/job/study-file.js';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import { AggregateMessage } from '../../../src/contracts/message/aggregate-request.js';
import { parseAppRequest } from '../../../src/contracts/message/app-request.js';
import { parseMessage } from '../../../src/contracts/message/parse-message.js';
import { fieldDescriptions } from '../../../src/contracts/schemas/field-descriptions.js';
import { type JsonSchema, jsonSchemas } from '../../../src/contracts/schemas/json-schemas.js';
import { ContractViolation } from '../../../src/contracts/validation/contract-violation.js';
import { bundleRef } from './some-task.js';

const schemas = jsonSchemas();
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false, strictRequired: false });

const task = {
  entrypoint: 'models.sir/baseline',
  params: { values: { x: 1, on: true, place: 'a' } },
  seed: 7,
};
const message = { ...task, bundle_ref: `registry.example:5000/models@${bundleRef}` };
const study = {
  model: 'models.sir',
  scenario: 'baseline',
  parameter_sets: [{ x: 1 }, { params: { x: 2 }, seed: 3 }],
};
const limits = { timeout_seconds: 0.5, memory_bytes: 1024 };

/** What is right and what is wrong, by reader and schema alike. */
const cases: Record<
  keyof typeof schemas,
  { reads: (text: string) => boolean; right: object[]; wrong: object[] }
> = {
  message: {
    reads: (text) =>
      parseMessage(Buffer.from(text)).ok ||
      parseAppRequest(Buffer.from(text)) !== undefined ||
      AggregateMessage.safeParse(parseJson(text, 'It')).success,
    right: [
      message,
      { ...message, ...limits, outputs: null, config: { a: [1, null] }, env: { OMP_NUM_THREADS: 4 } },
      {
        ...message,
        job_id: 'job',
        run: 'run',
        executor: 'cold',
        no_cache: true,
        stop_after_failures: 3,
        attempt: 0,
      },
      { ...message, params: { params: { x: 1 } }, outputs: ['b', 'a'] },
      { body_ref: `bodies/${'0'.repeat(64)}` },
      { build: { bundle_ref: bundleRef, request: 'r1', repair: true } },
      { diagnose: { bundle_ref: bundleRef, request: 'r1', job_id: 'job', shuffle_seed: 2 } },
      { aggregate: { target: 'a.b:c', bundle_ref: bundleRef, inputs: ['0'.repeat(32)] } },
    ],
    wrong: [
      task,
      { ...message, colour: 1 },
      { ...message, seed: -1 },
      { ...message, seed: '7' },
      { ...message, params: { x: 1 } },
      { ...message, params: { values: { x: [1] } } },
      { ...message, params: { values: {}, params: {} } },
      { ...message, entrypoint: 'models' },
      { ...message, bundle_ref: './model' },
      { ...message, timeout_seconds: 0 },
      { ...message, memory_bytes: 1.5 },
      { ...message, executor: 'direct' },
      { ...message, outputs: [''] },
      { body_ref: 'elsewhere' },
      { build: { request: 'r1' } },
      { aggregate: { target: 'a.b:c', bundle_ref: bundleRef, inputs: [] } },
    ],
  },
  job: {
    reads: (text) => readsAs(text, JobFile),
    right: [
      {
        job_type: 'simulation',
        job_id: 'j',
        bundle_ref: bundleRef,
        tasks: [task, { ...task, ...limits }],
        ...limits,
      },
      { tasks: [message], priority: 1, target_spec: { data: {} }, metadata: { by: 'me' } },
      { bundle_ref: null, batches: [{ tasks: [message], batch_id: 'b' }] },
    ],
    wrong: [
      { bundle_ref: bundleRef },
      { bundle_ref: bundleRef, tasks: [{ ...task, seed: undefined }] },
      { bundle_ref: bundleRef, tasks: [task], timeout_seconds: '5m' },
      { bundle_ref: bundleRef, tasks: [task], job_id: 'a/b' },
      { bundle_ref: bundleRef, tasks: [task], colour: 1 },
    ],
  },
  study: {
    reads: (text) => readsAs(text, StudyFile),
    right: [
      study,
      {
        ...study,
        kind: 'SimulationStudy',
        n_replicates: 10,
        sampling_method: 'grid',
        outputs: ['a'],
        ...limits,
      },
      { ...study, env: { A: 'b' }, targets: ['t:f'], metadata: {}, outputs: null },
    ],
    wrong: [
      { ...study, n_replicates: 0 },
      { ...study, parameter_sets: [{ params: { x: 1 }, x: 2 }] },
      { ...study, parameter_sets: [{ x: null }] },
      { ...study, scenario: undefined },
      { ...study, memory_bytes: 0 },
    ],
  },
  'parameter-set': {
    reads: (text) => ParameterSetEntry.safeParse(parseJson(text, 'It')).success,
    right: [{ x: 1 }, {}, { params: { x: 'a' }, seed: 0 }, { params: {} }],
    wrong: [{ x: [] }, { x: null }, { params: { x: {} } }, { params: {}, seed: 1.5 }, { params: {}, y: 1 }],
  },
};

/** Whether a file is read, as what its schema describes. */
function readsAs(text: string, Schema: typeof JobFile | typeof StudyFile): boolean {
  if (!Schema.safeParse(parseJson(text, 'It')).success) return false;
  try {
    parseSubmission(text, text.includes('registry.example') ? undefined : bundleRef);
    return true;
  } catch (error) {
    if (error instanceof ContractViolation) return false;
    throw error;
  }
}

for (const [name, { reads, right, wrong }] of Object.entries(cases))
  describe(`the schema of a ${name}`, () => {
    const validate = ajv.compile(schemas[name as keyof typeof schemas]);
    for (const given of right)
      test(`takes what is read: ${JSON.stringify(given)}`, () => {
        assert.ok(reads(JSON.stringify(given)));
        assert.ok(validate(given), JSON.stringify(validate.errors));
      });
    for (const given of wrong)
      test(`refuses what is refused: ${JSON.stringify(given)}`, () => {
        const plain = JSON.parse(JSON.stringify(given));
        assert.equal(reads(JSON.stringify(given)), false);
        assert.equal(validate(plain), false);
      });
  });

test('every field is described, and nothing else', () => {
  const described = new Map<string, unknown>();
  const look = (schema: JsonSchema): void => {
    if (schema.additionalProperties === false)
      for (const [name, { description }] of Object.entries(schema.properties ?? {}))
        described.set(name, described.get(name) ?? description);
    for (const inner of Object.values(schema))
      if (typeof inner === 'object' && inner !== null) look(inner as JsonSchema);
  };
  for (const schema of Object.values(schemas)) look(schema);
  for (const [name, description] of described) assert.ok(description, name);
  for (const name of Object.keys(fieldDescriptions)) assert.ok(described.has(name), name);
});

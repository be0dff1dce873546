import { z } from 'zod';
import { BundleRef } from '../bundle/bundle-ref.js';
import { TaskLimits } from '../bundle/task-limits.js';
import { JobFile } from '../job/job-file.js';
import { ParameterSetEntry } from '../job/parameter-set-entry.js';
import { StudyFile } from '../job/study-file.js';
import { Scalar } from '../json/scalar.js';
import { AggregateMessage } from '../message/aggregate-request.js';
import { BodyReference } from '../message/body-reference.js';
import { BuildRequest } from '../message/build-request.js';
import { DiagnosisRequest } from '../message/diagnosis-request.js';
import { TaskMessage } from '../message/task-message.js';
import { Entrypoint } from '../task/entrypoint.js';
import { OutputNames } from '../task/output-names.js';
import { ParameterSet } from '../task/parameter-set.js';
import { Seed } from '../task/seed.js';
import { SimTask } from '../task/sim-task.js';
import { TaskConfig } from '../task/task-config.js';
import { TaskEnv } from '../task/task-env.js';
import { fieldDescriptions } from './field-descriptions.js';

export interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  required?: string[];
  [keyword: string]: unknown;
}

const hex = (digits: number) => `^[0-9a-f]{${digits}}$`;
const scalar: JsonSchema = { type: ['number', 'string', 'boolean'] };
const values: JsonSchema = { type: 'object', additionalProperties: scalar };
const seconds: JsonSchema = { type: 'number', exclusiveMinimum: 0 };
const seed: JsonSchema = { type: 'integer', minimum: 0, exclusiveMaximum: 2 ** 64 };

/** What zod cannot tell of schemas that check or transform with code of ours. */
const ours = new Map<unknown, JsonSchema>([
  [Scalar, scalar],
  [Seed, seed],
  [TaskLimits.shape.timeout_seconds, seconds],
  [BundleRef, { type: 'string', pattern: '^(?:[^@\\s]+@)?sha256:[0-9a-f]{64}$' }],
  [Entrypoint, { type: 'string', pattern: '^[^:/\\s]+[:/][^:/\\s]+$' }],
  [OutputNames, { type: 'array', items: { type: 'string', minLength: 1 }, uniqueItems: true }],
  [TaskConfig, { type: 'object' }],
  [
    TaskEnv,
    { type: 'object', additionalProperties: scalar, propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' } },
  ],
  [
    ParameterSet,
    {
      type: 'object',
      properties: {
        param_id: { type: 'string', pattern: hex(64), description: 'Their id, which must belong to them.' },
        values: { ...values, description: 'The parameters by name.' },
        params: { ...values, description: 'Another name of `values`.' },
      },
      oneOf: [{ required: ['values'] }, { required: ['params'] }],
      additionalProperties: false,
    },
  ],
  [
    ParameterSetEntry,
    {
      type: 'object',
      if: { required: ['params'] },
      // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
      then: { properties: { params: values, seed }, additionalProperties: false },
      else: { additionalProperties: scalar },
    },
  ],
]);

/**
 * What people and other programs write for this app, as JSON Schema (2020-12). What only code can tell (that an id belongs to its values, that two tasks are
 * not one) is checked when it is read.
 */
export function jsonSchemas(): Record<'job' | 'study' | 'parameter-set' | 'message', JsonSchema> {
  const task = schemaOf(SimTask);
  const tasks = {
    type: 'array',
    items: { ...task, required: (task.required ?? []).filter((name) => name !== 'bundle_ref') },
  };
  const job = schemaOf(JobFile);
  const build = {
    type: 'object',
    properties: { build: { ...schemaOf(BuildRequest), description: fieldDescriptions.build } },
    required: ['build'],
  };
  const diagnose = {
    type: 'object',
    properties: { diagnose: { ...schemaOf(DiagnosisRequest), description: fieldDescriptions.diagnose } },
    required: ['diagnose'],
  };
  return {
    job: titled('A job file: every task by itself', {
      ...job,
      properties: {
        ...job.properties,
        bundle_ref: { ...orNull(schemaOf(BundleRef)), description: fieldDescriptions.bundle_ref },
        tasks: { ...tasks, description: fieldDescriptions.tasks },
        batches: {
          type: 'array',
          items: { type: 'object', properties: { tasks }, required: ['tasks'] },
          description: fieldDescriptions.batches,
        },
      },
      oneOf: [{ required: ['tasks'] }, { required: ['batches'] }],
    }),
    study: titled('A study file: parameter sets and their replicates', schemaOf(StudyFile)),
    'parameter-set': titled('A parameter set: a line of a .jsonl file', schemaOf(ParameterSetEntry)),
    message: titled('A message in the queue', {
      anyOf: [
        schemaOf(TaskMessage),
        schemaOf(BodyReference),
        schemaOf(AggregateMessage),
        { ...build, additionalProperties: false },
        { ...diagnose, additionalProperties: false },
      ],
    }),
  };
}

function titled(title: string, schema: JsonSchema): JsonSchema {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schema };
}

function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema, ...found } = z.toJSONSchema(schema, {
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const own = ours.get(zodSchema);
      if (own === undefined) return;
      for (const keyword of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, keyword);
      Object.assign(jsonSchema, own);
    },
  });
  return described(structuredClone(found) as JsonSchema);
}

/** Adds, in every object with fields of its own, what they mean. In one that may be absent `null` counts as absent. */
function described(schema: JsonSchema): JsonSchema {
  for (const inner of Object.values(schema)) if (isSchema(inner)) described(inner);
  const { properties = {}, required = [], additionalProperties } = schema;
  if (additionalProperties !== false) return schema;
  for (const [name, property] of Object.entries(properties)) {
    const description = property.description ?? fieldDescriptions[name];
    properties[name] = {
      ...(required.includes(name) ? property : orNull(property)),
      ...(description && { description }),
    };
  }
  return schema;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}

function orNull(schema: JsonSchema): JsonSchema {
  if (Object.keys(schema).length === 0) return schema;
  if (typeof schema.type === 'string' && schema.enum === undefined && schema.const === undefined)
    return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseGrid } from '../../../src/contracts/job/parse-grid.js';
import { parseSubmission } from '../../../src/contracts/job/parse-submission.js';
import { ContractViolation } from '../../../src/contracts/validation/contract-violation.js';
import { readParameterSets } from '../../../src/jobs/submission/parameter-sets/read-parameter-sets.js';
import { readParquet } from '../../../src/jobs/submission/parameter-sets/read-parquet.js';
import { parseSeeds } from '../../../src/jobs/submission/parse-seeds.js';
import { parseRanges } from '../../../src/jobs/submission/sampling/parse-ranges.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { UsageError } from '../../../src/reporting/usage-error.js';
import { holds } from '../../fixtures/inputs/holds.js';
import { hugeTexts } from '../../fixtures/inputs/huge-texts.js';
import { mustBePlain } from '../../fixtures/inputs/must-be-plain.js';
import { mutated } from '../../fixtures/inputs/mutated.js';
import { nastyTexts } from '../../fixtures/inputs/nasty-texts.js';
import { nastyValues } from '../../fixtures/inputs/nasty-values.js';
import { unpolluted } from '../../fixtures/inputs/unpolluted.js';

const bundle = `sha256:${'a'.repeat(64)}`;
const sets = [{ params: { beta: 0.3, name: 'x', on: true }, seed: 7 }, { params: { beta: 1 } }];
const target_spec = { data: { target_entrypoints: ['t.a:f'] }, loss_function: 'mse', weights: { f: 1 } };
const task = { entrypoint: 'models.sir/baseline', params: { values: { x: 1 } }, seed: 1, outputs: ['a'] };
const documents = [
  {
    model: 'models.sir',
    scenario: 'baseline',
    parameter_sets: sets,
    sampling_method: 'sobol',
    n_replicates: 2,
    outputs: ['a'],
    targets: ['t.a:f'],
    env: { A: '1' },
    timeout_seconds: 10,
    min_replicates: 1,
    metadata: { x: [1] },
  },
  { job_type: 'simulation', job_id: 'job-1', bundle_ref: bundle, tasks: [task], target_spec, priority: 1 },
  { batches: [{ tasks: [task, task] }], bundle_ref: bundle, resource_requirements: { cpu: 1 } },
].map((document) => JSON.stringify(document));

/** Fails unless it is read, or refused as a mistake of whoever wrote it. */
function isAnswered(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ContractViolation || error instanceof UsageError)) throw error;
    mustBePlain(error.message);
  }
}

test('a job or study file with one thing changed is read, or refused with a sentence', () =>
  holds(mutated(documents), 4_000, (text) => isAnswered(() => parseSubmission(text, bundle))));

const lines = sets.map((set) => JSON.stringify(set));
const files: [string, fc.Arbitrary<string>][] = [
  [
    '.jsonl',
    fc.tuple(mutated(lines), fc.constantFrom(...lines, '', '\r', '[]')).map((parts) => parts.join('\n')),
  ],
  ['.json', mutated([`[${lines.join()}]`])],
  ['.yaml', mutated([...documents, `[${lines.join()}]`])],
  [
    '.yaml',
    fc
      .array(
        fc.constantFrom(
          ...nastyTexts,
          ...nastyValues,
          '- ',
          '\n',
          '  ',
          'a: ',
          '&a ',
          '*a',
          '<<: ',
          '!!binary ',
          '? ',
          '|\n',
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join('')),
  ],
  [
    '.csv',
    fc
      .array(fc.array(fc.constantFrom(...nastyTexts, '1', 'seed', 'beta', '"a""b"', '"'), { maxLength: 4 }), {
        maxLength: 5,
      })
      .map((rows) => rows.map((row) => row.join()).join('\n')),
  ],
  ['.csv', fc.string({ unit: 'binary', maxLength: 60 })],
];
for (const [ending, texts] of files)
  test(`a file of parameter sets that ends in ${ending}, whatever it holds, is read or refused with a sentence`, () =>
    holds(texts, 1_500, (text) => isAnswered(() => readParameterSets(`params${ending}`, text))));

test('aliases in YAML cannot make a file larger without end', () => {
  const levels = Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`);
  const bomb = ['a0: &a0 [1,1,1]', ...levels].join('\n');
  assert.throws(() => readParameterSets('study.yaml', bomb), ContractViolation);
});

test('what is written on a command line is read, or refused with a sentence', () => {
  const words = fc.oneof(
    fc.constantFrom(...nastyTexts, ...nastyValues, ...hugeTexts),
    fc.string({ maxLength: 20 }),
    fc
      .array(
        fc.constantFrom('x', '=', ':', '..', ',', '1', '0.1', '-', 'e', '9', 'log:', '"', '1e308', ' '),
        { maxLength: 9 },
      )
      .map((parts) => parts.join('')),
  );
  holds(words, 4_000, (text) => {
    for (const written of [text, `x=${text}`]) {
      isAnswered(() => parseGrid([written]));
      isAnswered(() => parseRanges([written]));
    }
    try {
      parseSeeds(text);
    } catch (error) {
      assert.ok(error instanceof UsageError, String(error));
    }
  });
});

test('a Parquet file with bytes changed or cut off is read, or refused with a sentence', async () => {
  const folder = join(packageRoot, 'test', 'fixtures', 'parameter-sets');
  const wholes = ['good.snappy.parquet', 'good.zstd.parquet', 'pandas.parquet'].map((name) =>
    readFileSync(join(folder, name)),
  );
  const changed = fc.tuple(
    fc.constantFrom(...wholes),
    fc.nat(),
    fc.uint8Array({ maxLength: 4 }),
    fc.boolean(),
  );
  for (const [whole, at, some, isCut] of fc.sample(changed, 400)) {
    const bytes = Buffer.from(whole);
    bytes.set(some, Math.min(at % bytes.length, bytes.length - some.length));
    const file = isCut ? bytes.subarray(0, at % bytes.length) : bytes;
    await readParquet(file).catch((error: unknown) => {
      if (!(error instanceof ContractViolation))
        throw new Error(`${file.toString('base64')}`, { cause: error });
      mustBePlain(error.message);
    });
  }
  unpolluted();
});

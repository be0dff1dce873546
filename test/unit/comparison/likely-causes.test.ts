import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differingFacts, type Provenance } from '../../../src/comparison/causes/differing-facts.js';
import { likelyCauses } from '../../../src/comparison/causes/likely-causes.js';
import type { OutputDifference } from '../../../src/comparison/content-difference.js';
import type { FieldDifference } from '../../../src/comparison/values/field-difference.js';
import type { Attestation } from '../../../src/contracts/result/attestation.js';

const identity = (pid: number) => ({ pid, start_time: `${pid}`, boot_id: 'boot', pid_namespace: '1' });

function made(changes: Partial<Attestation> = {}, bundle = 'a'): Provenance {
  const process = identity(Math.ceil(Math.random() * 1e6));
  return {
    bundle_ref: `sha256:${bundle.repeat(64)}`,
    attestation: {
      executor: 'cold',
      start_method: 'spawn',
      told: process,
      seen: process,
      nonce: process.pid.toString(16).padStart(32, '0'),
      ordinal: 1,
      python: '3.11.7',
      threads: { most: 1, overridden: [] },
      hash_seed: 0,
      machine: { processor: 'A', instruction_sets: ['avx2', 'avx512f'] },
      environment: { build: '3.11.7 (main)', libc: 'glibc 2.36', distributions: 'sha256:1' },
      ...changes,
    },
  };
}

function outputs(...fields: Partial<FieldDifference>[]): OutputDifference[] {
  const whole = fields.map((field) => ({
    ...{
      field: 'x',
      compared: 9,
      different: 9,
      first: { at: 'row 0', values: ['1', '2'] as [string, string] },
    },
    ...{ kind: 'number' as const, reordered: false, ...field },
  }));
  const first_byte = { offset: 0, bytes: [1, 2] as [number, number] };
  const content = {
    format: 'csv' as const,
    structure: [],
    fields: whole,
    more_fields: 0,
    names_reordered: false,
    first_byte,
  };
  return [{ output: 'table', sizes: [9, 9], content }];
}

const large = outputs({ largest: { absolute: 4, relative: 0.4 } });
const tiny = outputs({ largest: { absolute: 1e-12, relative: 1e-13 } });
const reordered = outputs({ reordered: true, kind: 'text' });

const cases: [
  title: string,
  differences: OutputDifference[],
  first: Provenance,
  second: Provenance,
  causes: string[],
][] = [
  [
    'numbers that differ by much, and no fact: a generator without a seed',
    large,
    made(),
    made(),
    ['unseeded-generator'],
  ],
  [
    'values in another order, and no fact: addresses',
    reordered,
    made(),
    made(),
    ['set-order', 'unseeded-generator'],
  ],
  [
    'other hash seeds and another order',
    reordered,
    made({ hash_seed: 1 }),
    made({ hash_seed: 2 }),
    ['set-order', 'unseeded-generator'],
  ],
  [
    'a hash seed that each process draws',
    large,
    made({ hash_seed: 'random' }),
    made({ hash_seed: 'random' }),
    ['set-order', 'unseeded-generator'],
  ],
  ['times of the clock', outputs({ kind: 'time' }), made(), made(), ['time']],
  ['addresses of objects', outputs({ kind: 'address' }), made(), made(), ['set-order']],
  ['UUIDs', outputs({ kind: 'uuid' }), made(), made(), ['unseeded-generator']],
  [
    'last digits, on another processor',
    tiny,
    made(),
    made({ machine: { processor: 'B', instruction_sets: ['avx2'] } }),
    ['processor', 'set-order', 'threads'],
  ],
  [
    'last digits, with several threads',
    tiny,
    made({ threads: { most: 4, overridden: [] } }),
    made({ threads: { most: 4, overridden: [] } }),
    ['threads', 'set-order'],
  ],
  [
    'last digits, with other packages',
    tiny,
    made(),
    made({ environment: { build: '3.11.7 (main)', libc: 'glibc 2.36', distributions: 'sha256:2' } }),
    ['packages', 'set-order', 'threads'],
  ],
  ['last digits, and no fact', tiny, made(), made(), ['set-order', 'threads']],
  ['another bundle', large, made(), made({}, 'b'), ['bundle', 'unseeded-generator']],
  [
    'a warm process',
    large,
    made(),
    made({ executor: 'isolated_warm', ordinal: 7 }),
    ['earlier-task', 'unseeded-generator'],
  ],
];
for (const [title, differences, first, second, causes] of cases) {
  test(`the most likely cause comes first: ${title}`, () => {
    const found = likelyCauses(differences, first, second);
    assert.deepEqual(
      found.map(({ cause }) => cause),
      causes,
    );
    for (const { because, remedy } of found) assert.ok(because !== '' && remedy.endsWith('.'));
  });
}

test('where nothing is seen of the contents, there still is a cause to begin with', () => {
  const [first] = likelyCauses([{ output: 'x', sizes: [1, 2] }], made(), made());
  assert.equal(first?.cause, 'unseeded-generator');
});

test('facts that are not the same are told, those of the process alone are not', () => {
  assert.deepEqual(differingFacts(made(), made()), []);
  const other = made({
    hash_seed: 'random',
    fixed_addresses: true,
    machine: { processor: 'A', instruction_sets: ['avx2', 'amx_tile'] },
    threads: { most: 1, overridden: ['OMP_NUM_THREADS'] },
    cpu_baseline: { name: 'avx2', overridden: [] },
  });
  assert.deepEqual(
    differingFacts(made(), other).map(({ name, values }) => [name, ...values]),
    [
      ['thread variables that the task or bundle set', 'none', 'OMP_NUM_THREADS'],
      ['hash seed', '0', 'random'],
      ['instruction sets', 'also avx512f', 'also amx_tile'],
      ['fixed addresses', 'no', 'yes'],
      ['CPU baseline', 'native', 'avx2'],
    ],
  );
});

test('which user of its own each process had is no fact that differs, but whether it had one', () => {
  const as = (user: number | null) => made({ boundary: { user } });
  assert.deepEqual(differingFacts(as(60_801), as(60_802)), []);
  assert.deepEqual(differingFacts(as(60_801), as(null)), [
    { fact: 'boundary.user', name: 'user', values: ['one of its own', "the app's"] },
  ]);
});

test('what a result of before does not tell is no difference by itself, and no cause', () => {
  const { machine: _machine, environment: _environment, ...older } = made().attestation;
  const found = differingFacts({ ...made(), attestation: older }, made());
  assert.ok(found.every(({ values: [first] }) => first === null));
  const [cause] = likelyCauses(large, { ...made(), attestation: older }, made());
  assert.equal(cause?.cause, 'unseeded-generator');
});

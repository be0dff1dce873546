import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advice } from '../../../src/diagnosis/advice.js';
import type { Change } from '../../../src/diagnosis/change.js';
import { culpritName } from '../../../src/diagnosis/culprit-name.js';
import { shownValue } from '../../../src/diagnosis/shown-value.js';
import { type StaticKind, staticKind } from '../../../src/diagnosis/static-kind.js';

const change = (some: Partial<Change>): Change => ({
  ...{ key: 'k', kind: 'native', library: 'lib/_model.so', section: '.bss', offset: 64, size: 8 },
  ...{ symbol: null, source: null, module: null, name: null, before: null, after: null },
  of_bundle: true,
  restorable: true,
  ...some,
});

const kinds: [StaticKind, Partial<Change>, RegExp][] = [
  [
    'function static',
    { symbol: 'seir::(anonymous namespace)::table_for(seir::Rates const&)::used' },
    /table_for\(Simulation& simulation, seir::Rates const&\)/,
  ],
  ['function static', { symbol: 'infect(double)::infected' }, /auto& infected = simulation\.infected/],
  ['global', { symbol: '(anonymous namespace)::infected' }, /struct Simulation \{ T infected; \}/],
  ['thread-local', { symbol: 'epidemic::infected', section: '.tbss' }, /Simulation simulation/],
  ['Fortran', { symbol: 'run::infected', source: 'model.f90:3' }, /infected = 0/],
  ['Cython global', { symbol: 'model.infected', source: 'model.pyx:1' }, /self\.infected/],
  ['unnamed', { symbol: null }, /-g/],
  ['Python global', { kind: 'python', key: 'python:wire.SLOTS', before: '{}' }, /SLOTS = \{\}/],
  ['Python class attribute', { kind: 'python', key: 'python:wire.City.people' }, /self\.people/],
  ['Python default argument', { kind: 'python', key: 'python:wire.infect(history=)' }, /history=None/],
  ['Python closure', { kind: 'python', key: 'python:wire.count[infected]' }, /count = make\(\)/],
  ['environment variable', { kind: 'process', key: 'process:env:RATE' }, /run\(value\)/],
  ['random state', { kind: 'process', key: 'process:numpy:random' }, /Random\(seed\)/],
  ['file', { kind: 'process', key: 'process:file:TMPDIR/last.txt' }, /TemporaryDirectory/],
  ['working directory', { kind: 'process', key: 'process:cwd' }, /os\.path\.join/],
  ['process setting', { kind: 'process', key: 'process:floating-point:rounding' }, /finally/],
];
for (const [kind, some, mended] of kinds) {
  test(`what survives is known for what it is, and how it is mended is said in its own names: ${kind} ${some.symbol ?? some.key ?? ''}`, () => {
    const of = change(some);
    assert.equal(staticKind(of), kind);
    const { what, after } = advice({
      ...of,
      verdict: 'cause',
      together: [],
      brought_by: 'bundle',
      first_changed_by: 0,
    });
    assert.match(after, mended);
    assert.ok(what.length > 20);
  });
}

test('of a library that a package has brought nobody is told to edit the source', () => {
  const of = change({ symbol: 'nrnran123_newstream()::id3', library: 'neuron/lib/libnrniv.so' });
  const { what, after } = advice({
    ...of,
    ...{ verdict: 'cause', together: [], brought_by: 'environment', first_changed_by: 0 },
  });
  assert.match(what, /neuron\/lib\/libnrniv\.so, which a package has brought/);
  assert.doesNotMatch(after, /struct|static/);
});

test('a variable is named with where it is; without a name its place says where', () => {
  assert.equal(
    culpritName(change({ symbol: 'used', source: 'seir.cpp:9' })),
    'used (seir.cpp:9 in lib/_model.so)',
  );
  assert.equal(culpritName(change({ symbol: null })), '.bss+0x40, 8 bytes (lib/_model.so)');
  assert.equal(culpritName(change({ kind: 'python', key: 'python:wire.SLOTS' })), 'wire.SLOTS');
});

test('bytes are shown as the number that they most likely are', () => {
  assert.equal(shownValue(change({ size: 4 }), '03000000'), '3 (03000000)');
  assert.equal(shownValue(change({ size: 8 }), '0000000000002440'), '10 (0000000000002440)');
  assert.equal(shownValue(change({ size: 64 }), '00ff'), '00ff', 'what is cut stays as it is');
  assert.equal(shownValue(change({ kind: 'python' }), '[1]'), '[1]');
  assert.equal(shownValue(change({}), null), 'nothing');
});

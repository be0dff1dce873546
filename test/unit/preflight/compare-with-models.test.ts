import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareWithModels } from '../../../src/preflight/compare-with-models.js';
import type { Finding } from '../../../src/preflight/finding.js';

const calabaria = { function: 'modelops_calabaria.modelops_wire:wire_function', version: '0.1.0' };
const wireOf = (distribution: string | null) => ({ ...calabaria, distribution });
const registered = {
  models: ['models.sir:SIR', 'models.sir:SEIR', 'models.flu:Flu'],
  targets: ['targets.prev:prevalence'],
};
const imported = (name: string): Finding => ({ name: 'Entrypoint', state: 'ok', found: name });
const compare = (
  name: string,
  distribution: string | null = 'modelops-calabaria',
  known: typeof registered = registered,
) => compareWithModels(name, imported(name), wireOf(distribution), known);

test('an entrypoint is compared with the registered models as Calabaria finds them', () => {
  const cases: [string, Finding['state'], RegExp][] = [
    ['models.sir:SIR', 'ok', /^models\.sir:SIR$/],
    ['models.sir:SEIR', 'ok', /^models\.sir:SEIR$/],
    ['targets.prev:prevalence', 'ok', /^targets\.prev:prevalence$/],
    ['models.flu/baseline', 'ok', /which its registry\.yaml has as models\.flu:Flu$/],
    ['models.sir/baseline', 'ok', /as models\.sir:SIR, the first of 2 in that module$/],
    [
      'models.sir.SIR/baseline',
      'missing',
      /^models\.sir\.SIR\/baseline is no registered model: .*models\.flu:Flu\. /,
    ],
    ['models.sir:Sir', 'missing', /with an empty table, and the task succeeds\. Name one of these/],
    ['models.si/baseline', 'missing', /is no registered model/],
  ];
  for (const [name, state, found] of cases) {
    const compared = compare(name);
    assert.equal(compared.state, state, name);
    assert.match(compared.found, found);
  }
});

test('Calabaria without a registered model answers nothing, however its distribution is spelled', () => {
  for (const spelled of ['modelops-calabaria', 'ModelOps_Calabaria']) {
    const { state, found } = compare('models.sir/baseline', spelled, { models: [], targets: [] });
    assert.equal(state, 'missing');
    assert.match(found, /no \.modelops-bundle\/registry\.yaml that names a model.*register-model/);
  }
});

test("another wire function decides for itself, and is told what its bundle's registry has", () => {
  for (const distribution of [null, 'my-model']) {
    const { state, found } = compare('models.sir.SIR/baseline', distribution);
    assert.equal(state, 'ok');
    assert.match(found, /It is none of its registered models \(its registry\.yaml has models\.sir:SIR, /);
    assert.deepEqual(
      compare('models.sir.SIR/x', distribution, { models: [], targets: [] }),
      imported('models.sir.SIR/x'),
    );
  }
});

test('what cannot be imported stays what it is', () => {
  const missing: Finding = { name: 'Entrypoint', state: 'missing', found: 'models.x/y cannot be imported' };
  assert.equal(compareWithModels('models.x/y', missing, wireOf('modelops-calabaria'), registered), missing);
});

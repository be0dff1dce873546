import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { scalerQuery } from '../../src/deployment/scaler/scaler-query.js';
import type { RunReport } from '../../src/simulation/ports.js';
import type { Stage } from '../../src/simulation/stopwatch.js';
import { createInstruments } from '../../src/telemetry/create-instruments.js';
import { observationAttributes } from '../../src/telemetry/observation-attributes.js';
import { someObservation } from '../fixtures/telemetry/some-observation.js';
import { checkKql } from './check-kql.js';
import { infraFolder, snapshotNames } from './infra-folder.js';
import { readSnapshot } from './read-snapshot.js';

const folder = join(infraFolder, 'queries');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.kql'),
);
const text = (file: string) => readFileSync(join(folder, file), 'utf8');
const found = (pattern: RegExp, query: string) => [...query.matchAll(pattern)].map(([, name = '']) => name);

/** Every stage there is, and every part of a run: a new one does not compile until it is here. */
const stages: Record<Stage, true> = {
  read: true,
  lookup: true,
  bundle: true,
  environment: true,
  run: true,
  upload: true,
  commit: true,
  record: true,
};
const parts: Record<keyof RunReport['timings'], true> = {
  prepare: true,
  start: true,
  import: true,
  simulate: true,
  write: true,
  exit: true,
};

/** Names of the metrics, and of their attributes, as the app makes them. */
function metricsSent(): Set<string> {
  const names = new Set<string>();
  const instrument = (name: string) => {
    names.add(name);
    const keep = (_: number, attributes: object = {}) => {
      for (const key of Object.keys(attributes)) names.add(key);
    };
    return { add: keep, record: keep };
  };
  const meter = { createCounter: instrument, createHistogram: instrument };
  const instruments = createInstruments(meter as unknown as Parameters<typeof createInstruments>[0]);
  instruments.observe(someObservation());
  instruments.observe(someObservation({}, {}, { ended: { error: new Error('trouble') } }));
  instruments.recycling('odd');
  return names;
}

describe('the queries', () => {
  it('for the scaler is one that Log Analytics understands, also before the platform has said anything', () => {
    assert.deepEqual(checkKql(scalerQuery('ca-epi')), []);
    const errors = checkKql(scalerQuery('ca-epi'), []).filter((each) => each.startsWith('Error'));
    assert.deepEqual(errors, []);
  });

  for (const file of files) {
    it(`in ${file} are what the parser of the language takes, over tables that there are`, () => {
      assert.deepEqual(checkKql(text(file)), []);
    });
  }

  for (const file of files.filter((name) => !name.startsWith('saved'))) {
    it(`in ${file} are taken before there is any table, or the alert would be turned off after a week`, () => {
      const said = checkKql(text(file), []).filter((each) => !/^Warning .*: The fuzzy name/.test(each));
      assert.deepEqual(said, []);
    });
  }

  it('that are saved ask for what the app sends', () => {
    const sent = new Set([
      ...Object.keys(
        observationAttributes(someObservation({ outcome: 'crashed', leak: 'It leaks.' }), false),
      ),
      ...metricsSent(),
    ]);
    for (const file of files.filter((name) => name.startsWith('saved'))) {
      const asked = found(/'(modelops\.[\w.]+)'/g, text(file));
      assert.ok(asked.length > 0);
      assert.deepEqual(
        asked.filter((name) => !sent.has(name)),
        [],
        file,
      );
    }
  });

  it('that tell why a task was slow know every stage', () => {
    const [first = '', second = ''] = found(/where Name in \((.*)\)/g, text(join('saved', 'slow-tasks.kql')));
    assert.deepEqual(found(/'(\w+)'/g, first), Object.keys(stages));
    assert.deepEqual(found(/'(\w+)'/g, second), Object.keys(parts));
  });

  it('are deployed, each as it stands in its file', () => {
    for (const name of snapshotNames) {
      const saved = readSnapshot(name).of('Microsoft.OperationalInsights/workspaces/savedSearches');
      assert.deepEqual(
        saved.map(({ name: full, properties }) => [full.split('/').at(-1), properties.query]).sort(),
        files
          .filter((file) => file.startsWith('saved'))
          .map((file) => [file.slice('saved/'.length, -'.kql'.length), text(file)])
          .sort(),
      );
      // With it the second deployment replaces them; without, it fails.
      assert.deepEqual(new Set(saved.map(({ properties }) => properties.etag)), new Set(['*']));
    }
  });
});

import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ExportResult } from '@opentelemetry/core';
import { ConfigurationError } from '../../../src/config/configuration-error.js';
import { readTelemetry } from '../../../src/config/read-telemetry.js';
import { Settings } from '../../../src/config/settings.js';
import { createStopwatch } from '../../../src/simulation/stopwatch.js';
import { createTrouble } from '../../../src/telemetry/create-trouble.js';
import { observationAttributes } from '../../../src/telemetry/observation-attributes.js';
import { watchExports } from '../../../src/telemetry/watch-exports.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { someObservation } from '../../fixtures/telemetry/some-observation.js';

const key = '00000000-0000-0000-0000-000000000001';
const insights = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${key};IngestionEndpoint=https://here`,
};
const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };
const read = (env: NodeJS.ProcessEnv) => readTelemetry(env, Settings.parse(env));

const temporaryFolder = temporaryFolders();

describe('telemetry', () => {
  it('in trouble is said once in ten minutes by all the workers that an instance has one after the other', async (context) => {
    const warn = context.mock.method(console, 'warn', () => undefined);
    const folder = await temporaryFolder();
    const file = join(folder, 'telemetry-trouble');
    createTrouble(file)('the collector is away');
    for (let worker = 0; worker < 3; worker += 1) createTrouble(file)('the collector is still away');
    assert.equal(warn.mock.callCount(), 1);
    const before = new Date(Date.now() - 10 * 60_000);
    await utimes(file, before, before);
    createTrouble(file)('the collector is away again');
    assert.equal(warn.mock.callCount(), 2);
    const noDisk = join(folder, 'absent', 'telemetry-trouble');
    const tell = createTrouble(noDisk);
    tell('nothing can be written down');
    tell('nothing can be written down');
    assert.equal(warn.mock.callCount(), 3);
  });

  it('goes nowhere unless a collector or Application Insights is named', () => {
    assert.equal(read({}), undefined);
    assert.equal(read({ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }), undefined);
    assert.equal(read({ ...collector, ...insights, OTEL_SDK_DISABLED: 'true' }), undefined);
  });

  it('goes to what is named, as the identity that is named, and holds no values by itself', () => {
    const place = { otlp: true, values: false, environment: undefined };
    assert.deepEqual(read(collector), place);
    const connectionString = insights.APPLICATIONINSIGHTS_CONNECTION_STRING;
    const at = (authentication?: string) =>
      read({ ...insights, APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication })?.applicationInsights;
    assert.deepEqual(at(), { connectionString });
    assert.deepEqual(at('Authorization=AAD'), { connectionString, clientId: '' });
    assert.deepEqual(at('ClientId=ours;Authorization=AAD'), { connectionString, clientId: 'ours' });
    assert.equal(read({ ...collector, MODELOPS_TELEMETRY_VALUES: 'true' })?.values, true);
  });

  for (const [what, env, problem] of [
    [
      'a way of sending that is not built in',
      { ...collector, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /PROTOCOL must be http\/protobuf/,
    ],
    [
      'an endpoint that is no URL',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'secret@localhost' },
      /ENDPOINT must be a URL/,
    ],
    [
      'a connection string that is none',
      { APPLICATIONINSIGHTS_CONNECTION_STRING: 'secret' },
      /must hold InstrumentationKey=/,
    ],
    ...['0', '-5', 'secret', '99999999999'].map(
      (interval) =>
        [
          `an interval of "${interval}"`,
          { ...collector, OTEL_METRIC_EXPORT_INTERVAL: interval },
          /INTERVAL must be a whole number of milliseconds from 1 to 2147483647/,
        ] as const,
    ),
    [
      'an identity that is none',
      { ...insights, APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=secret' },
      /AUTHENTICATION_STRING must be Authorization=AAD/,
    ],
  ] as const) {
    it(`is refused with ${what}, without a word of the value`, () => {
      assert.throws(
        () => read(env),
        (error) => {
          assert.ok(error instanceof ConfigurationError);
          assert.match(error.message, problem);
          assert.match(error.message, /or set OTEL_SDK_DISABLED=true/);
          assert.doesNotMatch(error.message, /secret/);
          return true;
        },
      );
    });
  }
});

describe('what is told of an observation', () => {
  const task = {
    params: { values: { beta: 0.1357924, label: 'cohort' } },
    seed: 918273645,
    entrypoint: 'models.sir/a-scenario',
    env: { TOKEN: 'env-secret' },
    config: { depth: 'config-secret' },
  };
  const ran = {
    executor: 'cold' as const,
    startMethod: 'spawn' as const,
    metrics: {},
    errorType: 'ValueError',
    errorMessage: 'no cohort for 0.1357924',
  };
  const failed = {
    outcome: 'simulation-failed' as const,
    reason: 'ValueError: no cohort for 0.1357924',
    ran,
  };
  const words = /0\.1357924|cohort|918273645|a-scenario/;

  it('is nothing that the task computes with, unless that is asked for', () => {
    const observation = someObservation(failed, task);
    assert.doesNotMatch(JSON.stringify(observationAttributes(observation, false)), words);
    const asked = observationAttributes(observation, true);
    assert.equal(asked['modelops.params'], '{"beta":0.1357924,"label":"cohort"}');
    assert.equal(asked['modelops.seed'], '918273645');
    assert.equal(asked['modelops.entrypoint'], 'models.sir/a-scenario');
    assert.equal(asked['modelops.error.message'], 'no cohort for 0.1357924');
  });

  it('is never the environment or the configuration of the task', () => {
    assert.doesNotMatch(
      JSON.stringify(observationAttributes(someObservation({}, task), true)),
      /secret|TOKEN|depth/,
    );
  });

  it('names the type of an error only where it looks like one', () => {
    const typeOf = (errorType: string) =>
      observationAttributes(someObservation({ ...failed, ran: { ...ran, errorType } }), false)['error.type'];
    assert.equal(typeOf('models.errors.NoPopulation'), 'models.errors.NoPopulation');
    assert.equal(typeOf('beta is 0.1357924'), 'simulation-failed');
    const trouble = observationAttributes(
      someObservation({}, {}, { ended: { error: new TypeError('secret') } }),
      true,
    );
    assert.equal(trouble['error.type'], 'TypeError');
    assert.doesNotMatch(JSON.stringify(trouble), /secret/);
  });
});

describe('the parts of a stage', () => {
  it('follow each other within it, and are no stages of their own', async () => {
    const stopwatch = createStopwatch();
    await stopwatch.time('lookup', async () => undefined);
    await stopwatch.time('run', () => new Promise((resolve) => setImmediate(resolve)));
    stopwatch.split('run', { import: 0, simulate: 1e9, exit: 5 });
    const [, run, ...parts] = stopwatch.stages();
    assert.deepEqual(
      parts.map(({ name, partOf }) => [name, partOf]),
      [
        ['import', 'run'],
        ['simulate', 'run'],
        ['exit', 'run'],
      ],
    );
    const end = (run?.begunMs ?? 0) + (run?.tookMs ?? 0);
    for (const { begunMs, tookMs } of parts) assert.ok(tookMs >= 0 && begunMs + tookMs <= end + 1e-9);
    assert.deepEqual(Object.keys(stopwatch.seconds()), ['lookup_seconds']);
  });
});

describe('an exporter that is watched', () => {
  it('has failed when it throws or rejects, and is under way until then', async () => {
    for (const send of [
      () => Promise.reject(new Error('away')),
      () => {
        throw new Error('away');
      },
      (_: unknown, done: (result: ExportResult) => void) => done({ code: 1, error: new Error('away') }),
    ]) {
      const underWay = new Set<Promise<void>>();
      const { export: sendWatched } = watchExports({ export: send }, underWay);
      const result = new Promise<ExportResult>((done) => sendWatched([], done));
      assert.equal(underWay.size, 1);
      assert.match(String((await result).error), /away/);
      await Promise.all(underWay);
      assert.equal(underWay.size, 0);
    }
  });
});

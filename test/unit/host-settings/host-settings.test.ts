import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseTimeSpan } from '../../../src/host-settings/parse-time-span.js';
import { readHostSettings } from '../../../src/host-settings/read-host-settings.js';

describe('host settings', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'host-settings-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function read(hostJson: unknown, env: NodeJS.ProcessEnv = {}) {
    writeFileSync(
      join(folder, 'host.json'),
      typeof hostJson === 'string' ? hostJson : JSON.stringify(hostJson),
    );
    return readHostSettings(folder, env);
  }

  it('are those of the Functions host when host.json says nothing', () => {
    assert.deepEqual(read({ version: '2.0' }), {
      functionTimeoutMs: 30 * 60_000,
      queues: {
        batchSize: 16,
        newBatchThreshold: 8,
        maxDequeueCount: 5,
        maxPollingIntervalMs: 60_000,
        visibilityTimeoutMs: 0,
        messageEncoding: 'base64',
      },
    });
  });

  it('are read from host.json', () => {
    const queues = {
      batchSize: 1,
      maxDequeueCount: 3,
      maxPollingInterval: '00:00:02',
      visibilityTimeout: '00:00:30',
      messageEncoding: 'None',
    };
    assert.deepEqual(read({ functionTimeout: '01:15:00', extensions: { queues } }), {
      functionTimeoutMs: 75 * 60_000,
      queues: {
        batchSize: 1,
        newBatchThreshold: 0,
        maxDequeueCount: 3,
        maxPollingIntervalMs: 2_000,
        visibilityTimeoutMs: 30_000,
        messageEncoding: 'none',
      },
    });
  });

  it('follow the AzureFunctionsJobHost__ names of the environment, whatever their case', () => {
    const settings = read(
      { functionTimeout: '00:10:00', extensions: { queues: { batchSize: 1 } } },
      {
        AzureFunctionsJobHost__extensions__queues__batchSize: '8',
        AZUREFUNCTIONSJOBHOST__EXTENSIONS__QUEUES__NEWBATCHTHRESHOLD: '2',
        azurefunctionsjobhost__functiontimeout: '-1',
      },
    );
    assert.equal(settings.functionTimeoutMs, null);
    assert.equal(settings.queues.batchSize, 8);
    assert.equal(settings.queues.newBatchThreshold, 2);
  });

  for (const [name, value] of [
    ['functionTimeout', '00:00:00'],
    ['functionTimeout', 'soon'],
    ['functionTimeout', '-2'],
    ['extensions.queues.batchSize', '33'],
    ['extensions.queues.batchSize', '0'],
    ['extensions.queues.batchSize', ''],
    ['extensions.queues.newBatchThreshold', '-1'],
    ['extensions.queues.maxDequeueCount', '1.5'],
    ['extensions.queues.maxPollingInterval', '00:00:00.05'],
    ['extensions.queues.visibilityTimeout', '24:00:00'],
    ['extensions.queues.messageEncoding', 'utf8'],
  ] as const) {
    it(`refuse ${name} = "${value}" in a sentence that names it`, () => {
      const env = { [`AzureFunctionsJobHost__${name.replaceAll('.', '__')}`]: value };
      assert.throws(
        () => read({}, env),
        (error: Error) => error.message.includes(`${name} is "${value}", it must be`),
      );
    });
  }

  it('need a host.json that is a JSON object', () => {
    assert.throws(
      () => readHostSettings(join(folder, 'absent'), {}),
      /Cannot read .*host\.json.*needs a host\.json/,
    );
    assert.throws(() => read('{ not json'), /Cannot read .*host\.json/);
    assert.throws(() => read('[]'), /it is not a JSON object/);
  });

  it('take time spans as .NET writes them', () => {
    assert.equal(parseTimeSpan('00:00:00.1'), 100);
    assert.equal(parseTimeSpan('1.02:03:04'), 93_784_000);
    assert.equal(parseTimeSpan('00:05'), 300_000);
    assert.equal(parseTimeSpan('-00:00:01'), -1_000);
    assert.equal(parseTimeSpan('2'), 172_800_000);
    for (const text of ['', 'x', '24:00:00', '00:60:00', '00:00:60', '1:2:3:4', '1e3']) {
      assert.equal(parseTimeSpan(text), undefined, text);
    }
  });
});

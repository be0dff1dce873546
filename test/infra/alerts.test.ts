import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { InvocationContext } from '@azure/functions';
import { runSimulation } from '../../functions/runSimulation.js';
import { OutcomeKind } from '../../src/contracts/result/outcome.js';
import { readHostConfiguration } from '../../src/host-settings/read-host-configuration.js';
import { packageRoot } from '../../src/package/package-root.js';
import { createInstruments } from '../../src/telemetry/create-instruments.js';
import type { Worker } from '../../src/worker/worker.js';
import { someObservation } from '../fixtures/telemetry/some-observation.js';
import { appOf } from './app-of.js';
import { infraFolder, snapshotNames } from './infra-folder.js';
import { readSnapshot } from './read-snapshot.js';

const query = (name: string) => readFileSync(join(infraFolder, 'queries', `${name}.kql`), 'utf8');
const quoted = (text: string) => [...text.matchAll(/'([^']*)'/g)].map(([, word = '']) => word);

/** What runSimulation says of a message that is no task. */
async function lineOfRunSimulation(): Promise<string> {
  const lines: string[] = [];
  const worker = {
    recycler: { task: (_: unknown, work: () => Promise<void>) => work() },
    terminator: {
      run: (_: unknown, work: (signal: AbortSignal) => Promise<void>) => work(new AbortController().signal),
    },
    claims: { once: (_: unknown, work: () => Promise<void>) => work().then(() => true) },
    ready: async () => undefined,
    note: async () => undefined,
    simulation: {
      records: { refuse: async () => undefined },
      now: () => new Date(0),
      observe: () => undefined,
    },
  };
  const invocation = {
    triggerMetadata: { id: 'message', popReceipt: 'receipt', dequeueCount: 1 },
    log: (line: string) => lines.push(line),
  };
  await runSimulation(
    worker as unknown as Worker,
    Buffer.from('{'),
    invocation as unknown as InvocationContext,
  );
  return lines.join('\n');
}

describe('the alerts', () => {
  it('ask for functions that there are', () => {
    for (const file of readdirSync(join(infraFolder, 'queries')).filter((name) => name.endsWith('.kql'))) {
      for (const [, name] of query(file.replace('.kql', '')).matchAll(/OperationName == '([a-z]\w*)'/g)) {
        const own = ['runSimulation', 'recordPoison', 'recordExpandPoison', 'health'].includes(name ?? '');
        assert.ok(own && existsSync(join(packageRoot, 'functions', `${name}.ts`)), `${file}: ${name}`);
      }
    }
  });

  it('read what the host says in its own way, which that of OpenTelemetry would take from them', () => {
    // In that mode the lines have no operation, and the invocations of a storage queue make no requests.
    const host = readHostConfiguration(packageRoot, {});
    assert.equal(host.get('telemetrymode'), undefined);
    for (const name of snapshotNames.filter((each) => !each.includes('before-image')))
      assert.equal(appOf(readSnapshot(name)).settings.AzureFunctionsJobHost__telemetryMode, undefined);
  });

  it('count every outcome but that of a task which somebody took back', () => {
    const line = /outcome in \((.*)\)/.exec(query('failure-share'))?.[1] ?? '';
    assert.deepEqual(
      quoted(line).sort(),
      OutcomeKind.options.filter((outcome) => outcome !== 'cancelled').sort(),
    );
  });

  it('find the outcome in what runSimulation says', async () => {
    const pattern = /extract\(@'(.*?)', 1/.exec(query('failure-share'))?.[1] ?? 'absent';
    const find = (line: string) => new RegExp(pattern).exec(line)?.[1];
    assert.equal(find(await lineOfRunSimulation()), 'invalid-task');
    assert.equal(find('job/2026-11-25/4f1c: succeeded'), 'succeeded');
    assert.equal(find('job/2026-11-25/4f1c: crashed: it ended by SIGSEGV: no result'), 'crashed');
    assert.equal(find('Trigger Details: MessageId: 1, DequeueCount: 1'), undefined);
    assert.equal(find("Executed 'Functions.runSimulation' (Failed, Id=1): gone"), undefined);
  });

  it('find how long a message waited in what the host says', () => {
    const pattern = /extract\(@'(.*?)', 1/.exec(query('oldest-message'))?.[1] ?? 'absent';
    const line =
      'Trigger Details: MessageId: 6c, DequeueCount: 1, InsertionTime: 2026-11-25T04:43:19.000+00:00';
    assert.equal(new RegExp(pattern).exec(line)?.[1], '2026-11-25T04:43:19.000+00:00');
  });

  it('ask for a metric that the app counts where a leak was found, and nowhere else', () => {
    const counted: string[] = [];
    const instrument = (name: string) => ({ add: () => counted.push(name), record: () => undefined });
    const meter = { createCounter: instrument, createHistogram: instrument };
    const { observe } = createInstruments(meter as unknown as Parameters<typeof createInstruments>[0]);
    const [, asked = 'absent'] = /Name == '([^']*)'/.exec(query('leaks')) ?? [];
    observe(someObservation());
    assert.ok(!counted.includes(asked));
    observe(someObservation({ leak: 'It leaks.' }));
    assert.ok(counted.includes(asked));
  });

  it('are about given up messages, waiting ones, failures, leaks and silence, and none about failed executions', () => {
    for (const name of snapshotNames.filter((each) => !each.includes('before-image'))) {
      const rules = readSnapshot(name).of('Microsoft.Insights/scheduledQueryRules');
      assert.deepEqual(
        rules.map((rule) => rule.name.replace(/^alert-\w+-\w{8}-/, '')),
        ['given-up', 'oldest-message', 'failure-share', 'leaks', 'no-heartbeat'],
      );
      assert.doesNotMatch(JSON.stringify(rules), /Success == false|AppExceptions|Executed '/);
    }
  });

  it('take silence as an alert only where an instance is always there', () => {
    const silence = (name: string) =>
      JSON.stringify(
        readSnapshot(name)
          .of('Microsoft.Insights/scheduledQueryRules')
          .find((rule) => rule.name.endsWith('-no-heartbeat'))?.properties,
      );
    assert.match(silence('premium-default'), /"operator":"LessThan"/);
    assert.match(silence('containerapps-extreme'), /"operator":"LessThan"/);
    assert.match(silence('containerapps-default'), /PutMessage.*"operator":"GreaterThan"/);
  });
});

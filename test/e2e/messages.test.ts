import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { readTextBlob } from '../../src/azure-backend/read-text-blob.js';
import { paramId } from '../../src/contracts/identities/param-id.js';
import { parseDocument } from '../../src/contracts/json/parse-document.js';
import { parseJson } from '../../src/contracts/json/parse-json.js';
import { StoredResult } from '../../src/contracts/result/stored-result.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { eventually, fixture, type RunningApp, startApp, taskMessage } from './running-app.js';

const azurite = await startAzurite();
let app: RunningApp;
let bundle: string;

before(async () => {
  app = await startApp(azurite, { AzureFunctionsJobHost__extensions__queues__batchSize: '4' });
  bundle = await app.push(fixture('tells_parameters'));
});
after(async () => {
  await app.stop();
  await azurite.stop();
});

const outcomeOf = (seed: bigint) =>
  eventually(`the task with seed ${seed} has an outcome`, async () =>
    (await app.outcomes()).find((record) => record.seed === seed),
  );

describe('a message in the queue', () => {
  it('runs as raw JSON, and its result, artifact and log are in Blob storage', async () => {
    await app.queue.sendMessage(JSON.stringify(taskMessage(bundle, { seed: 101 })));
    const record = await outcomeOf(101n);
    assert.equal(record.outcome, 'succeeded', record.reason);

    const path = `sims/${record.result_key.slice(0, 2)}/${record.result_key}/result.json`;
    const result = parseDocument(StoredResult, (await readTextBlob(app.results, path)) ?? '');
    assert.equal(result.task_id, record.task_id);
    assert.deepEqual(result.attestation.told, result.attestation.seen);
    assert.equal(result.attestation.ordinal, 1);

    const output = result.outputs.told;
    assert.ok(output?.ref);
    const blob = app.results.getBlobClient(output.ref.replace(`azure://${app.results.containerName}/`, ''));
    const { contentLength, contentMD5, metadata } = await blob.getProperties();
    assert.equal(contentLength, output.size);
    assert.equal(metadata?.blake2b256, output.checksum);
    const bytes = await blob.downloadToBuffer();
    assert.deepEqual(Buffer.from(contentMD5 ?? []), createHash('md5').update(bytes).digest());

    const log = await readTextBlob(
      app.jobs,
      (result.logs_ref ?? '').replace(`azure://${app.jobs.containerName}/`, ''),
    );
    assert.match(
      log ?? '',
      new RegExp(`^PID ${result.attestation.told.pid}: Starting task ${record.param_id.slice(0, 8)}-seed101`),
    );
  });

  it('runs as base64', async () => {
    const text = JSON.stringify(taskMessage(bundle, { seed: 102 }));
    await app.queue.sendMessage(Buffer.from(text).toString('base64'));
    assert.equal((await outcomeOf(102n)).outcome, 'succeeded');
  });

  it('runs from a blob that it refers to', async () => {
    const values = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`parameter_${i}`, i]));
    const body = JSON.stringify(taskMessage(bundle, { seed: 103, params: { values } }));
    const name = `bodies/${createHash('sha256').update(body).digest('hex')}`;
    await app.jobs.getBlockBlobClient(name).upload(body, Buffer.byteLength(body));
    await app.queue.sendMessage(JSON.stringify({ body_ref: name }));
    assert.equal((await outcomeOf(103n)).outcome, 'succeeded');
  });

  it('brings its numbers to the wire function as Python reads them from the text that was sent', async () => {
    const values = '{"one":1,"one_float":1.0,"small":1e-07,"large":9007199254740993,"zero":-0.0,"text":"é"}';
    await app.queue.sendMessage(
      `{"bundle_ref":"${bundle}","entrypoint":"models.test/baseline","params":{"params":${values}},"seed":18446744073709551615}`,
    );
    const record = await outcomeOf(18446744073709551615n);
    assert.equal(record.outcome, 'succeeded', record.reason);
    assert.equal(record.param_id, paramId(parseJson(values) as Parameters<typeof paramId>[0]));
    const path = `sims/${record.result_key.slice(0, 2)}/${record.result_key}/result.json`;
    const result = parseDocument(StoredResult, (await readTextBlob(app.results, path)) ?? '');
    const ref = result.outputs.told?.ref?.replace(`azure://${app.results.containerName}/`, '') ?? '';
    const told = JSON.parse((await readTextBlob(app.results, ref)) ?? '');
    assert.deepEqual(told, {
      entrypoint: 'models.test/baseline',
      params:
        "{'large': 9007199254740993, 'one': 1, 'one_float': 1.0, 'small': 1e-07, 'text': 'é', 'zero': -0.0}",
      seed: '18446744073709551615',
    });
  });

  it('is answered from the stored result when the task has one', async () => {
    await app.queue.sendMessage(JSON.stringify(taskMessage(bundle, { seed: 104 })));
    await outcomeOf(104n);
    await app.queue.sendMessage(JSON.stringify(taskMessage(bundle, { seed: 104 })));
    const records = await eventually('both messages have outcomes', async () => {
      const found = (await app.outcomes()).filter((record) => record.seed === 104n);
      return found.length === 2 && found;
    });
    assert.deepEqual(records.map((record) => record.cached).sort(), [false, true]);
    assert.deepEqual(records[0]?.attestation, records[1]?.attestation);
  });
});

describe('a task whose stored result cannot be read', () => {
  it('is given up with the name of that blob, and runs again when somebody has removed it', async () => {
    const message = (run: string) =>
      JSON.stringify(taskMessage(bundle, { seed: 105, job_id: 'damaged', run }));
    const recordOf = (run: string) =>
      eventually(`the run ${run} has an outcome`, async () =>
        (await app.outcomes('damaged')).find((record) => record.run === run),
      );
    await app.queue.sendMessage(message('first'));
    const { result_key: key } = await recordOf('first');
    const path = `sims/${key.slice(0, 2)}/${key}/result.json`;
    const blob = app.results.getBlockBlobClient(path);
    await blob.upload('{"task_id":', 11);
    await app.queue.sendMessage(message('second'));
    const record = await recordOf('second');
    assert.equal(record.outcome, 'given-up');
    assert.ok(record.reason.includes(`azure://${app.results.containerName}/${path}`), record.reason);
    await eventually('the poison queue is empty', async () => {
      // Until the host has put it there, the queue is empty, too.
      const kept = (await app.refused()).some(({ why, body }) => why === 'poison' && body.includes('second'));
      if (!kept) return false;
      return (await app.poison.getProperties()).approximateMessagesCount === 0;
    });
    await blob.delete();
    await app.queue.sendMessage(message('third'));
    assert.equal((await recordOf('third')).outcome, 'succeeded');
  });
});

/** Bodies that a library which walks through them recursively has no stack for. */
const deep = {
  lists: `${'['.repeat(3_000)}${']'.repeat(3_000)}`,
  objects: `${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`,
};

describe('a message that is no valid task', () => {
  const cases: [what: string, body: () => string, field: string, reason: RegExp][] = [
    ['is not JSON', () => 'hello there', '', /JSON/],
    ['is nested lists without end', () => deep.lists, '', /nested more than/],
    ['is nested objects without end', () => deep.objects, '', /nested more than/],
    [
      'has parameters nested without end',
      () => JSON.stringify(taskMessage(bundle)).replace('"x":1', `"x":${deep.lists}`),
      '',
      /nested more than/,
    ],
    [
      'has NaN',
      () => JSON.stringify(taskMessage(bundle)).replace('"x":1', '"x":NaN'),
      'params.values.x',
      /NaN/,
    ],
    [
      'has Infinity',
      () => JSON.stringify(taskMessage(bundle)).replace('"x":1', '"x":-Infinity'),
      'params.values.x',
      /Infinity/,
    ],
    [
      'has nested parameters',
      () => JSON.stringify(taskMessage(bundle, { params: { values: { x: [1] } } })),
      'params.values.x',
      /list/,
    ],
    [
      'has a seed beyond 2^64',
      () => JSON.stringify(taskMessage(bundle)).replace('"seed":1', '"seed":18446744073709551616'),
      'seed',
      /18446744073709551616/,
    ],
    [
      'has a bad entrypoint',
      () => JSON.stringify(taskMessage(bundle, { entrypoint: 'wire:f' })),
      'entrypoint',
      /wire/,
    ],
    ['names a local bundle', () => JSON.stringify(taskMessage('local://dev')), 'bundle_ref', /local:\/\//],
    [
      'has a field of the trigger',
      () => JSON.stringify(taskMessage(bundle, { dequeueCount: 9 })),
      'dequeueCount',
      /trigger/,
    ],
    [
      'has an unknown field',
      () => JSON.stringify(taskMessage(bundle, { output: ['a'] })),
      'output',
      /outputs/,
    ],
    [
      'refers to a body that is not there',
      () => `{"body_ref":"bodies/${'0'.repeat(64)}"}`,
      'body_ref',
      /no blob/,
    ],
  ];
  for (const [what, body, field, reason] of cases) {
    it(`and ${what} is kept whole among the refused, and not tried again`, async () => {
      await app.queue.sendMessage(body());
      const refused = await eventually('the message is refused', async () =>
        (await app.refused()).find((record) => record.body === body()),
      );
      assert.equal(refused.why, 'invalid');
      assert.equal(refused.field, field);
      assert.match(refused.reason, reason);
      await eventually('the message is gone from the queue', async () => {
        const { approximateMessagesCount } = await app.queue.getProperties();
        return approximateMessagesCount === 0;
      });
    });
  }
});

describe('a message in the poison queue', () => {
  for (const [what, body] of Object.entries(deep)) {
    it(`that is nested ${what} without end is kept whole among the refused`, async () => {
      const other = `[${body}]`;
      await app.poison.sendMessage(other);
      const refused = await eventually('the message is refused', async () =>
        (await app.refused()).find((record) => record.body === other),
      );
      assert.equal(refused.why, 'poison');
      await eventually('the message is gone from the poison queue', async () => {
        const { approximateMessagesCount } = await app.poison.getProperties();
        return approximateMessagesCount === 0;
      });
    });
  }
});

describe('a task whose simulation fails', () => {
  it('has the error, its message and its traceback in the stored error_details, and its log', async () => {
    const raises = await app.push(fixture('raises'));
    await app.queue.sendMessage(JSON.stringify(taskMessage(raises, { seed: 301 })));
    const record = await outcomeOf(301n);
    assert.equal(record.outcome, 'simulation-failed');
    assert.equal(record.error?.error_type, record.error_details?.type);
    assert.match(record.error_details?.type ?? '', /Error$/);
    assert.ok(record.error_details?.error);
    assert.match(record.error_details?.traceback ?? '', /wire\.py/);
    assert.equal(record.result, undefined);
    assert.ok(record.logs_ref);
  });

  it('is run again when it is sent again: a failure is never taken for a result', async () => {
    const raises = await app.push(fixture('raises'));
    const message = JSON.stringify(taskMessage(raises, { seed: 302, job_id: 'again' }));
    await app.queue.sendMessage(message);
    await eventually('it has an outcome', async () => (await app.outcomes('again')).length === 1);
    await app.queue.sendMessage(message);
    const records = await eventually('it has two', async () => {
      const found = await app.outcomes('again');
      return found.length === 2 && found;
    });
    assert.equal(new Set(records.map((record) => record.attestation?.nonce)).size, 2);
  });

  it('names what was wrong with a result that cannot be stored', async () => {
    const lists = await app.push(fixture('returns_by_name'));
    const params = { values: { return: 'list' } };
    await app.queue.sendMessage(JSON.stringify(taskMessage(lists, { seed: 303, params })));
    const record = await outcomeOf(303n);
    assert.equal(record.outcome, 'invalid-result');
    assert.match(record.reason, /returned list, not a dict/);
  });
});

describe('a task that cannot start', () => {
  it('is recorded as bundle-unavailable when nobody has its bundle', async () => {
    await app.queue.sendMessage(JSON.stringify(taskMessage(`sha256:${'0'.repeat(64)}`, { seed: 201 })));
    const record = await outcomeOf(201n);
    assert.equal(record.outcome, 'bundle-unavailable');
    assert.match(record.reason, /sha256:0000/);
  });
});

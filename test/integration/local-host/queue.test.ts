import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createBackoff } from '../../../src/local-host/queue/backoff.js';
import { useProbes } from './probe.js';

describe('the local host and its queues', () => {
  const { start } = useProbes();
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-host-queue-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('runs one invocation a message, in one worker, and deletes what succeeded', async () => {
    const { host, queue, send, said, count, until } = await start();
    await send({ do: 'ok', name: 'a' }, { do: 'ok', name: 'b' }, { do: 'return', bytes: 10, name: 'c' });
    await until('three messages deleted', () => count('message-deleted') === 3);
    assert.deepEqual(
      said('ran').map(({ name }) => name),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(new Set(said('ran').map(({ pid }) => pid)), new Set([host.workerPid()]));
    assert.equal((await queue.getProperties()).approximateMessagesCount, 0);
  });

  it('takes the next message when the one before it is answered, without a pause', async () => {
    const first = await start();
    await first.host.stop();
    await first.send(...Array.from({ length: 20 }, () => ({ do: 'ok' })));
    // Longer than this test waits for anything.
    const { count, until } = await start({ queueName: first.queueName, timing: { minPollingMs: 60_000 } });
    await until('20 messages deleted', () => count('message-deleted') === 20);
  });

  it('gives a failed message back until its last delivery, then copies its body to the poison queue', async () => {
    const { queue, poison, send, said, events, count, until } = await start({
      host: { 'queues.maxDequeueCount': 3 },
    });
    await send({ do: 'fail', name: 'bad' });
    await until('the message deleted', () => count('message-deleted') === 1);
    assert.equal(said('ran').length, 3);
    assert.equal(count('message-released'), 2);
    const deliveries = events.flatMap((event) =>
      event.type === 'invocation-started' ? [event.dequeueCount] : [],
    );
    assert.deepEqual(deliveries, [1, 2, 3]);
    const [copy] = (await poison.peekMessages()).peekedMessageItems;
    assert.deepEqual(JSON.parse(copy?.messageText ?? ''), { do: 'fail', name: 'bad' });
    assert.equal(copy?.dequeueCount, 0);
    assert.equal((await queue.getProperties()).approximateMessagesCount, 0);
  });

  it('hides a failed message for visibilityTimeout', async () => {
    const { send, events, until, count } = await start({
      host: { 'queues.visibilityTimeout': '00:00:02', 'queues.maxDequeueCount': 2 },
    });
    await send({ do: 'fail' });
    await until('two deliveries', () => count('invocation-ended') === 2);
    const [first, second] = events.filter(({ type }) => type === 'invocation-started').map(({ at }) => at);
    const waited = (second ?? 0) - (first ?? 0);
    assert.ok(waited > 1_000 && waited < 6_000, `${waited} ms`);
  });

  it('puts a message that was delivered too often into the poison queue without running it', async () => {
    const first = await start({ host: { 'queues.maxDequeueCount': 3 } });
    await first.host.stop();
    const { queue, poison } = first;
    await queue.sendMessage(JSON.stringify({ do: 'ok', name: 'worn out' }));
    for (let delivery = 1; delivery <= 3; delivery += 1) {
      const [message] = (await queue.receiveMessages({ visibilityTimeout: 60 })).receivedMessageItems;
      await queue.updateMessage(message?.messageId ?? '', message?.popReceipt ?? '', undefined, 0);
    }
    const { said, until, count } = await start({
      host: { 'queues.maxDequeueCount': 3 },
      queueName: first.queueName,
    });
    await until('the message poisoned and deleted', () => count('message-deleted') === 1);
    assert.equal(said('ran').length, 0);
    assert.equal((await poison.getProperties()).approximateMessagesCount, 1);
  });

  it('feeds the poison function at once, and leaves its failed messages hidden until their lease is over', async () => {
    const { poison, send, said, events, until, count } = await start({
      env: { WITH_POISON: '1' },
      host: { 'queues.maxDequeueCount': 1, 'queues.maxPollingInterval': '00:01:00' },
      timing: { leaseMs: 3_000 },
    });
    await poison.createIfNotExists();
    await send({ do: 'fail', poisonFails: true });
    await until('the poison function ran again', () => said('poison').length === 2, 30_000);
    assert.ok(count('message-left') >= 1);
    const at = (type: string): number => events.find((event) => event.type === type)?.at ?? 0;
    const poisonRuns = events.filter(
      (event) => event.type === 'invocation-started' && event.functionName === 'poison',
    );
    assert.ok((poisonRuns[0]?.at ?? 0) - at('message-poisoned') < 1_500);
    assert.ok((poisonRuns[1]?.at ?? 0) - (poisonRuns[0]?.at ?? 0) > 2_000);
    assert.equal(poisonRuns[1]?.type === 'invocation-started' && poisonRuns[1].dequeueCount, 2);
  });

  it('never has more than batchSize + newBatchThreshold messages in flight, and fetches at the threshold', async () => {
    const gates = Array.from({ length: 9 }, (_, index) => join(folder, `gate-${index}`));
    const { queue, send, said, count, until } = await start({
      host: { 'queues.batchSize': 4, 'queues.newBatchThreshold': 2, 'queues.maxPollingInterval': '00:00:05' },
    });
    await send(...gates.map((until) => ({ do: 'wait', until })));
    // The first look may find less than a batch while the messages are being sent.
    await until('more than the threshold in flight', () => said('ran').length >= 3);
    const open = async (index: number): Promise<void> => writeFileSync(gates[index] ?? '', '');
    let opened = 0;
    while (count('message-deleted') < 9) {
      assert.ok(said('ran').length - count('message-deleted') <= 6, 'six in flight at most');
      await open(opened);
      opened += 1;
      await until(
        `${opened} deleted`,
        () => count('message-deleted') >= Math.min(opened, said('ran').length),
      );
    }
    assert.equal((await queue.getProperties()).approximateMessagesCount, 0);
  });

  it('tells the function about its message as the Functions host does', async () => {
    const { send, said, until } = await start();
    await send({
      do: 'metadata',
      jobId: 'j1',
      Count: 7,
      list: [1],
      nothing: null,
    });
    await until('the metadata', () => said('metadata').length === 1);
    const [metadata = {} as Record<string, unknown>] = said('metadata');
    assert.equal(metadata.dequeueCount, 1);
    assert.match(String(metadata.id), /^[0-9a-f-]{36}$/);
    assert.match(String(metadata.insertionTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    const [inserted, nextVisible, expires] = ['insertionTime', 'nextVisibleTime', 'expirationTime'].map(
      (name) => Date.parse(String(metadata[name])),
    );
    assert.ok(Math.abs((nextVisible ?? 0) - (inserted ?? 0) - 600_000) < 60_000, 'leased for ten minutes');
    assert.equal((expires ?? 0) - (inserted ?? 0), 7 * 24 * 3_600_000);
    assert.equal(typeof metadata.popReceipt, 'string');
    assert.equal((metadata.queueTrigger as { jobId: string }).jobId, 'j1');
    assert.equal(metadata.jobId, 'j1');
    assert.equal(metadata.count, 7, 'its first letter is lower-cased');
    assert.ok(!('list' in metadata) && !('nothing' in metadata));
  });

  it('lets body fields overwrite the trigger metadata, whatever their case', async () => {
    const { send, said, until } = await start();
    await send({
      do: 'metadata',
      id: 'mine',
      POPRECEIPT: 'forged',
      dequeueCount: 77,
      queueTrigger: { a: 1 },
    });
    await until('the metadata', () => said('metadata').length === 1);
    const [metadata = {} as Record<string, unknown>] = said('metadata');
    assert.equal(metadata.id, 'mine');
    assert.equal(metadata.popReceipt, 'forged');
    assert.equal(metadata.dequeueCount, 77);
    assert.deepEqual(metadata.queueTrigger, { a: 1 });
  });

  it('gives a function of dataType binary the bytes, and keeps its metadata free of body fields', async () => {
    const { send, said, until } = await start({ env: { BINARY: '1' } });
    await send({ do: 'metadata', id: 'mine', jobId: 'j1' });
    await until('the metadata', () => said('metadata').length === 1);
    assert.equal(said('ran')[0]?.bytes, true);
    const [metadata = {} as Record<string, unknown>] = said('metadata');
    assert.match(String(metadata.id), /^[0-9a-f-]{36}$/);
    assert.ok(!('jobId' in metadata));
    assert.equal((metadata.queueTrigger as { jobId: string }).jobId, 'j1');
  });

  it('fails a body that is nested too deep for the functions library before the function is called, as the real one', async () => {
    const { queue, said, events, until, count } = await start({
      env: { BINARY: '1' },
      host: { 'queues.maxDequeueCount': 1 },
    });
    await queue.sendMessage(`${'['.repeat(9_000)}${']'.repeat(9_000)}`);
    await until('the message poisoned', () => count('message-poisoned') === 1);
    const [end] = events.filter((event) => event.type === 'invocation-ended');
    assert.match(end?.type === 'invocation-ended' ? (end.error ?? '') : '', /call stack/);
    assert.equal(said('ran').length, 0);
  });

  it('decodes base64 when host.json says so; what it cannot decode fails without reaching the function', async () => {
    const { queue, poison, said, count, until } = await start({
      host: { 'queues.messageEncoding': 'base64', 'queues.maxDequeueCount': 2 },
    });
    await queue.sendMessage('{"do":"ok","name":"not base64"}');
    await queue.sendMessage(Buffer.from('{"do":"ok","name":"encoded"}').toString('base64'));
    await until('both gone', () => count('message-deleted') === 2);
    assert.deepEqual(
      said('ran').map(({ name }) => name),
      ['encoded'],
    );
    assert.equal(count('message-released'), 1);
    const [copy] = (await poison.peekMessages()).peekedMessageItems;
    assert.equal(copy?.messageText, '{"do":"ok","name":"not base64"}');
  });

  it('reads the line ends of a message that was written on Windows', async () => {
    const { queue, said, count, until } = await start();
    await queue.sendMessage('{\r\n  "do": "ok",\r\n  "name": "two lines"\r\n}\r\n');
    await until('the message deleted', () => count('message-deleted') === 1);
    assert.deepEqual(
      said('ran').map(({ name }) => name),
      ['two lines'],
    );
  });

  it('finds a queue that is made only later', async () => {
    const { queue, send, said, until, lines } = await start();
    await queue.delete();
    await until('it noticed', () => lines.some(({ text }) => text.startsWith('Cannot read queue')));
    await queue.create();
    await send({ do: 'ok', name: 'late' });
    await until('the message ran', () => said('ran').length === 1);
  });

  it('says which app setting is missing', async () => {
    await assert.rejects(
      start({ env: { QUEUE_NAME: '' } }),
      /queue name is "%QUEUE_NAME%", and the app setting QUEUE_NAME is not set/,
    );
    await assert.rejects(
      start({ env: { TestStorage: '' } }),
      /the app setting TestStorage, its queue's connection, is not set/,
    );
  });
});

describe('the pauses between looks at an empty queue', () => {
  it('begin at the least, about double each time, stay at the most, and begin again after messages', () => {
    const pause = createBackoff(100, 2_000, () => 0.5);
    assert.deepEqual(
      [true, false, false, false, false, false, false, true, false].map(pause),
      [100, 200, 300, 500, 900, 1_700, 2_000, 100, 200],
    );
  });

  it('are spread by a fifth, so that hosts do not poll in step', () => {
    const extremes = [0, 1].map((random) => {
      const pause = createBackoff(100, 2_000, () => random);
      return [true, false].map(pause)[1];
    });
    assert.deepEqual(extremes, [180, 220]);
  });
});

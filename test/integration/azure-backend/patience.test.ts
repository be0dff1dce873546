import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { collect } from '../../../src/azure-backend/collect.js';
import { openBlob } from '../../../src/azure-backend/open-blob.js';
import { addPatience } from '../../../src/azure-backend/patience.js';
import { putBlob } from '../../../src/azure-backend/put-blob.js';
import { readBlob } from '../../../src/azure-backend/read-blob.js';
import { sendToBlob } from '../../../src/azure-backend/send-to-blob.js';

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

const figures = { silenceMs: 300, bytesPerSecond: 2 ** 20, tries: 3, longestWaitMs: 2000 };
const retryOptions = { maxTries: 3, retryDelayInMs: 10, maxRetryDelayInMs: 10 };

/** An account that answers as it is told, one request after the other. */
async function account(...answers: RequestListener[]) {
  const asked: { at: number; method: string }[] = [];
  const server = createServer((request, response) => {
    asked.push({ at: performance.now(), method: request.method ?? '' });
    request.resume();
    answers[Math.min(asked.length, answers.length) - 1]?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/account`;
  const text = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;BlobEndpoint=${url};QueueEndpoint=${url};`;
  const blobs = BlobServiceClient.fromConnectionString(text, { retryOptions });
  const queues = QueueServiceClient.fromConnectionString(text, { retryOptions: { maxTries: 1 } });
  // biome-ignore lint/complexity/useLiteralKeys: protected, as it is meant for classes that extend the SDK's.
  for (const { pipeline } of [blobs['storageClientContext'], queues['storageClientContext']])
    addPatience(pipeline, figures);
  return { asked, container: blobs.getContainerClient('jobs'), queue: queues.getQueueClient('tasks') };
}

const never: RequestListener = () => {};
const created: RequestListener = (_, response) => {
  response.writeHead(201).end();
};
const busy: RequestListener = (_, response) => {
  response.writeHead(429, { 'retry-after': '1' }).end();
};
const says: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': 5, etag: '"1"' }).end('whole');
};

test('a request that is never answered is sent again', async () => {
  const { container, asked } = await account(never, created);
  await putBlob(container, 'blob', Buffer.from('text'), { contentType: 'text/plain' });
  assert.equal(asked.length, 2);
});

test('one that is never answered at all fails, and says why', async () => {
  const { container, asked } = await account(never);
  await assert.rejects(
    putBlob(container, 'blob', Buffer.from('text'), { contentType: 'text/plain' }),
    /The storage account has not answered within/,
  );
  assert.equal(asked.length, retryOptions.maxTries);
});

test('an answer that stops in the middle is read on by another connection', async () => {
  const half: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-length': 5, etag: '"1"' }).write('wh');
  };
  const rest: RequestListener = (_, response) => {
    response.writeHead(206, { 'content-length': 3, 'content-range': 'bytes 2-4/5', etag: '"1"' }).end('ole');
  };
  const small = await account(half, says);
  assert.equal((await readBlob(small.container, 'blob'))?.toString(), 'whole');
  const large = await account(half, rest);
  const body = await openBlob(large.container, 'blob');
  assert.equal(body && (await collect(body)).toString(), 'whole');
});

test('a refusal because of too many requests is waited out, as long as the account says', async () => {
  const { container, asked } = await account(busy, says);
  assert.equal((await readBlob(container, 'blob'))?.toString(), 'whole');
  const [first, second] = asked;
  assert.ok(second && first && second.at - first.at >= 990);
});

test('also where a request is sent only once, since nothing of it was done', async () => {
  const { queue, asked } = await account(busy, created);
  await queue.create();
  assert.equal(asked.length, 2);
  const always = await account(busy);
  await assert.rejects(always.queue.create(), { statusCode: 429 });
  assert.equal(always.asked.length, figures.tries);
});

test('whoever wants it no longer does not wait for it', async () => {
  const { container, asked } = await account(busy);
  const wanted = new AbortController();
  const put = putBlob(
    container,
    'blob',
    Buffer.from('x'),
    { contentType: 'text/plain' },
    { abortSignal: wanted.signal },
  );
  while (asked.length === 0) await new Promise(setImmediate);
  wanted.abort();
  await assert.rejects(put, { name: 'AbortError' });
  assert.equal(asked.length, 1);
});

test('nor for the rest of an answer', async () => {
  const { container } = await account((_, response) => {
    response.writeHead(200, { 'content-length': 5 }).write('wh');
  });
  const wanted = new AbortController();
  const request = { method: 'GET' as const, abortSignal: wanted.signal, expected: [200] };
  const { readableStreamBody: body } = await sendToBlob(container, 'blob', request);
  const read = collect(body as AsyncIterable<Buffer>);
  wanted.abort();
  await assert.rejects(read, /aborted/);
});

test('a signal that has ended ends a request before it is sent', async () => {
  const { container, asked } = await account(says);
  const abortSignal = AbortSignal.abort();
  const request = { method: 'GET' as const, abortSignal, expected: [200] };
  await assert.rejects(sendToBlob(container, 'blob', request), { name: 'AbortError' });
  assert.equal(asked.length, 0);
});

test('a signal ends many requests at once without a warning', async () => {
  const { container } = await account(never);
  const wanted = new AbortController();
  const warnings: Error[] = [];
  const warned = (warning: Error) => void warnings.push(warning);
  process.on('warning', warned);
  const request = { method: 'GET' as const, abortSignal: wanted.signal, expected: [200] };
  const sent = Array.from({ length: 20 }, () => sendToBlob(container, 'blob', request));
  await new Promise(setImmediate);
  wanted.abort();
  for (const { status, reason } of (await Promise.allSettled(sent)) as PromiseRejectedResult[])
    assert.deepEqual([status, reason.name], ['rejected', 'AbortError']);
  await new Promise(setImmediate);
  process.off('warning', warned);
  assert.deepEqual(warnings, []);
});

test('an answer that was read is not kept in memory, also by a signal that could still end it', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const { container } = await account(says);
  for (const abortSignal of [undefined, new AbortController().signal]) {
    const bodies: WeakRef<object>[] = [];
    for (let count = 0; count < 20; count++) {
      const request = { method: 'GET' as const, abortSignal, expected: [200] };
      const { readableStreamBody: body } = await sendToBlob(container, 'blob', request);
      assert.ok(body);
      await collect(body as AsyncIterable<Buffer>);
      bodies.push(new WeakRef(body));
    }
    // The last ones may still be known to their connections.
    const deadline = performance.now() + 30_000;
    while (bodies.filter((body) => body.deref() !== undefined).length > 5) {
      assert.ok(performance.now() < deadline, 'They are still in memory.');
      await new Promise(setImmediate);
      collectGarbage();
    }
  }
});

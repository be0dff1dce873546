import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  BlobServiceClient,
  type ContainerClient,
  ContainerSASPermissions,
  RestError,
} from '@azure/storage-blob';
import { BlobTooLarge } from '../../../src/azure-backend/blob-too-large.js';
import { createOnce } from '../../../src/azure-backend/create-once.js';
import { listDescribedBlobs } from '../../../src/azure-backend/list-described-blobs.js';
import { putFile } from '../../../src/azure-backend/put-file.js';
import { readBlob } from '../../../src/azure-backend/read-blob.js';
import { largestBody } from '../../../src/contracts/message/largest-body.js';
import { bodyPath } from '../../../src/jobs/job-paths.js';
import { createJobRecords } from '../../../src/jobs/recording/create-job-records.js';
import { type Azurite, startAzurite } from '../../../src/local-host/start-azurite.js';
import { BodyUnavailable } from '../../../src/simulation/body-unavailable.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { forwardTo } from '../../fixtures/storage/forward-to.js';

const make = temporaryFolders();
const json = 'application/json';
const namesOf = ({ value }: IteratorResult<Iterable<{ name: string }>, unknown>) =>
  Array.from((value ?? []) as Iterable<{ name: string }>, ({ name }) => name);
let azurite: Azurite;
let container: ContainerClient;
before(async () => {
  azurite = await startAzurite();
  container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('small');
  await container.create();
});
after(() => azurite.stop());

test('a blob that is created once has the content, type and metadata that it was given, and keeps them', async () => {
  const name = 'a folder/größe 100% #1?.json';
  assert.equal(await createOnce(container, name, '{"n": "ä"}', json, { attempt: 'first' }), true);
  assert.equal(await createOnce(container, name, 'another', 'text/plain', { attempt: 'second' }), false);
  const blob = container.getBlobClient(name);
  const { contentType, metadata, contentLength } = await blob.getProperties();
  assert.deepEqual([contentType, metadata, contentLength], [json, { attempt: 'first' }, 11]);
  assert.equal((await blob.downloadToBuffer()).toString(), '{"n": "ä"}');
  assert.equal((await readBlob(container, name))?.toString(), '{"n": "ä"}');
});

test('a document that is no JSON, and a blob without content, are read as they are', async () => {
  await createOnce(container, 'damaged.json', '{"n": ', json);
  await createOnce(container, 'empty', '', json);
  assert.equal((await readBlob(container, 'damaged.json'))?.toString(), '{"n": ');
  assert.equal((await readBlob(container, 'empty'))?.length, 0);
  assert.equal(await readBlob(container, 'missing'), undefined);
});

test('a blob is not taken into memory when it is larger than whoever wants it reads', async () => {
  await createOnce(container, 'ten', '0123456789', json);
  assert.equal((await readBlob(container, 'ten', 10))?.length, 10);
  await assert.rejects(
    readBlob(container, 'ten', 9),
    (error) => error instanceof BlobTooLarge && error.bytes === 10,
  );
  // The connection of what was not read is not in the way of the next request.
  assert.equal((await readBlob(container, 'ten'))?.length, 10);
});

test('a body that is larger than any message is refused with its size', async () => {
  const body = Buffer.alloc(largestBody + 1, ' ');
  const name = bodyPath(createHash('sha256').update(body).digest('hex'));
  await container.getBlockBlobClient(name).uploadData(body);
  const read = createJobRecords(container).readBody(name);
  await assert.rejects(
    read,
    (error) => error instanceof BodyUnavailable && /16777217 bytes/.test(error.message),
  );
});

for (const [what, bytes] of [
  ['an empty', 0],
  ['a small', 1000],
  ['a larger', 1024 * 1024],
] as const)
  test(`${what} file has its checksum checked and kept, and takes the place of what was there`, async () => {
    const content = Buffer.alloc(bytes, 'x');
    const path = join(await make({}), 'file');
    await writeFile(path, content);
    const md5 = createHash('md5').update(content).digest('hex');
    const metadata = { blake2b256: 'ab' };
    for (let time = 0; time < 2; time++)
      await putFile(container, `file ${bytes}`, path, { contentType: 'text/csv', md5, metadata });
    const blob = container.getBlobClient(`file ${bytes}`);
    const properties = await blob.getProperties();
    assert.equal(Buffer.from(properties.contentMD5 ?? []).toString('hex'), md5);
    assert.deepEqual([properties.contentType, properties.metadata], ['text/csv', metadata]);
    assert.deepEqual(await blob.downloadToBuffer(), content);
    const wrong = { contentType: 'text/csv', md5: '0'.repeat(32) };
    await assert.rejects(putFile(container, 'wrong', path, wrong), { statusCode: 400 });
  });

test('trouble is told as the SDK tells it', async () => {
  const nowhere = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('none');
  assert.equal(await readBlob(nowhere, 'blob'), undefined);
  await assert.rejects(createOnce(nowhere, 'blob', 'x', json), (error) => {
    assert.ok(error instanceof RestError);
    assert.deepEqual([error.statusCode, error.code], [404, 'ContainerNotFound']);
    assert.match(error.message, /^The specified container does not exist/);
    assert.match(error.request?.url ?? '', /\/none\/blob$/);
    return true;
  });
  const wrongKey = azurite.connectionString.replace(/AccountKey=[^;]*/, 'AccountKey=d3Jvbmc=');
  const refused = BlobServiceClient.fromConnectionString(wrongKey).getContainerClient('small');
  await assert.rejects(readBlob(refused, 'blob'), { statusCode: 403 });
});

test('an account that is reached by a shared access signature is written, read and listed with it', async () => {
  const url = await container.generateSasUrl({
    permissions: ContainerSASPermissions.parse('rcwl'),
    expiresOn: new Date(Date.now() + 3_600_000),
  });
  const signature = url.slice(url.indexOf('?') + 1);
  const endpoint = `BlobEndpoint=${container.url.replace(/\/small$/, '')};SharedAccessSignature=${signature}`;
  const shared = BlobServiceClient.fromConnectionString(endpoint).getContainerClient('small');
  assert.equal(await createOnce(shared, 'by/signature', 'x', json), true);
  assert.equal((await readBlob(shared, 'by/signature'))?.toString(), 'x');
  const listed = listDescribedBlobs(shared, 'by/', new AbortController().signal);
  assert.deepEqual(namesOf(await listed.next()), ['by/signature']);
});

test('a listing tells of each blob what the SDK tells of it, whatever it is called, page by page', async () => {
  const names = ['plain', 'größe 100% #1?.json', 'a+b & <c> "d" \'e\'', '%41', 'deeper/one'];
  const metadata = { told: `a=1&b=<2> "3" '4'`, empty: '', process: 'pid=1&start_time=2' };
  for (const [at, name] of names.entries())
    await createOnce(container, `listed/${name}`, 'x', json, at === 0 ? {} : metadata);
  const bySdk = [];
  for await (const blob of container.listBlobsFlat({ prefix: 'listed/', includeMetadata: true }))
    bySdk.push({
      name: blob.name,
      metadata: blob.metadata ?? {},
      createdOn: blob.properties.createdOn,
    });
  const { signal } = new AbortController();
  for (const most of [1, 2, 5, undefined]) {
    const listed = [];
    for await (const blobs of listDescribedBlobs(container, 'listed/', signal, most)) listed.push(...blobs);
    assert.deepEqual(listed, bySdk);
  }
  assert.equal(bySdk.length, names.length);
  const nowhere = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('none');
  for (const [where, prefix] of [
    [nowhere, ''],
    [container, 'listed/a name with blanks and a+'],
  ] as const)
    for await (const blobs of listDescribedBlobs(where, prefix, signal)) assert.deepEqual([...blobs], []);
});

test('the next page of a listing is asked for while one is looked at, and what is wrong with it is told in its turn', async (t) => {
  const asked: (string | null)[] = [];
  const server = createServer((incoming, answer) => {
    const marker = new URL(incoming.url ?? '', 'http://x').searchParams.get('marker');
    asked.push(marker);
    if (marker === 'third') return void answer.writeHead(403).end();
    const next = marker === null ? 'second' : 'third';
    answer.end(`<Blobs><Blob><Name>before ${next}</Name></Blob></Blobs><NextMarker>${next}</NextMarker>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const through = azurite.connectionString.replace(/(BlobEndpoint=http:\/\/[^:]*):\d+/, `$1:${port}`);
  const client = BlobServiceClient.fromConnectionString(through).getContainerClient('small');
  const untilAsked = async (count: number) => {
    const deadline = performance.now() + 30_000;
    while (asked.length < count) {
      assert.ok(performance.now() < deadline, `It was asked for ${asked.join(', ')} alone.`);
      await new Promise(setImmediate);
    }
  };

  const all = listDescribedBlobs(client, 'a', new AbortController().signal);
  assert.deepEqual(namesOf(await all.next()), ['before second']);
  await untilAsked(2);
  assert.deepEqual(namesOf(await all.next()), ['before third']);
  await untilAsked(3);
  await assert.rejects(all.next(), { statusCode: 403 });
  assert.deepEqual(asked.splice(0), [null, 'second', 'third']);

  const first = listDescribedBlobs(client, 'a', new AbortController().signal, 1);
  assert.deepEqual(namesOf(await first.next()), ['before second']);
  await first.return(undefined);
  assert.deepEqual(asked, [null], 'whoever wants one page asks for no other');
  server.closeAllConnections();
});

test('a request is sent again while storage is busy, and content is read again when its connection breaks', async (t) => {
  await createOnce(container, 'read', 'whole', json);
  const trouble = ['busy', 'broken'];
  const server = createServer((incoming, answer) => {
    const now = trouble.pop();
    if (now === 'busy') return void answer.writeHead(503).end();
    if (now === 'broken')
      return void answer.writeHead(200, { 'content-length': 5 }).write('wh', () => answer.destroy());
    return forwardTo(azurite.ports.blob)(incoming, answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const through = azurite.connectionString.replace(/(BlobEndpoint=http:\/\/[^:]*):\d+/, `$1:${port}`);
  const client = BlobServiceClient.fromConnectionString(through, {
    retryOptions: { maxTries: 3, retryDelayInMs: 1 },
  }).getContainerClient('small');
  assert.equal((await readBlob(client, 'read'))?.toString(), 'whole');
  assert.equal(trouble.length, 0);
  trouble.push('busy', 'broken');
  const listed = listDescribedBlobs(client, 'read', new AbortController().signal);
  assert.deepEqual(namesOf(await listed.next()), ['read']);
  assert.equal(trouble.length, 0);
  trouble.push('busy');
  assert.equal(await createOnce(client, 'written', 'x', json), true);
  server.closeAllConnections();
});

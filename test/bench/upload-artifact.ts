// Run by itself, as the worker of the app is: uploads the file argv[3] to the storage account argv[2] as an artifact, and
// prints by how many bytes its resident memory rose above what it had before.
import { randomUUID } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { createResultStore } from '../../src/provenance/create-result-store.js';

const [, , connectionString = '', path = '', small = ''] = process.argv;
const container =
  BlobServiceClient.fromConnectionString(connectionString).getContainerClient('bench-artifacts');
await container.createIfNotExists();
const results = createResultStore(container);

await upload(small); // an idle worker has sent something before
const idle = await memory('VmRSS');
await writeFile('/proc/self/clear_refs', '5').catch(() => undefined); // the peak counts from here
const begun = performance.now();
await upload(path);
const ms = performance.now() - begun;
console.log(JSON.stringify({ ms, bytes: (await memory('VmHWM')) - idle }));

async function upload(file: string): Promise<void> {
  const { size } = await stat(file);
  const artifact = { name: 'artifact', path: file, size, contentType: 'application/octet-stream' };
  await results.putArtifacts('0'.repeat(64), randomUUID(), [
    { ...artifact, blake2b256: '0'.repeat(64), md5: '0'.repeat(32) },
  ]);
}

async function memory(field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(status)?.[1]) * 1024;
}

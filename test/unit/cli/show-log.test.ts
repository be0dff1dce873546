import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { showLog } from '../../../src/cli/logs/show-log.js';
import type { Output } from '../../../src/cli/terminal/output.js';
import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';

test('of a log that is no UTF-8 what was shown before is counted in its own bytes', async () => {
  const shown = Buffer.from('caf\xe9 \xff\xfe\n', 'latin1');
  const log = Buffer.concat([shown, Buffer.from('second é\nthird\n')]);
  const server = createServer((_, response) => response.end(log)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const blobs = new BlobServiceClient(`http://127.0.0.1:${port}/account`);
    const said: string[] = [];
    const output = {
      say: (text: string) => void said.push(text),
      note: () => undefined,
      document: () => undefined,
    } as unknown as Output;
    const record = {
      ...{ task_id: 'a'.repeat(64), outcome: 'succeeded', params: {}, seed: 1n, reason: '', attempt: 'one' },
      logs_ref: 'azure://jobs/log',
    } as unknown as OutcomeRecord;
    const of = (attempt: string) => ({ attempt, bytes: shown.length });
    await showLog(output, { blobs }, record, { isOneOfMany: false, shown: of('one') });
    assert.deepEqual(said, ['second é\nthird']);
    await showLog(output, { blobs }, record, { isOneOfMany: false, shown: of('another') });
    assert.match(said[1] ?? '', /^caf/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeVector, Table, tableToIPC } from 'apache-arrow';
import { openTable } from '../../../src/formats/open-table.js';
import { typedBatches } from '../../../src/formats/typed-batches.js';

const table = new Table({ day: makeVector(Int32Array.from({ length: 100 }, (_, row) => row)) });

for (const format of ['stream', 'file'] as const)
  test(`an Arrow ${format} that is cut off anywhere is not taken for a whole one`, async () => {
    const whole = tableToIPC(table, format);
    assert.equal(await rowsIn(whole), 100);
    for (let length = 0; length < whole.length; length += 1) {
      await assert.rejects(rowsIn(whole.subarray(0, length)), `${length} of ${whole.length} bytes`);
    }
  });

async function rowsIn(content: Uint8Array): Promise<number> {
  let rows = 0;
  for await (const batch of typedBatches(await openTable('arrow', content))) rows += batch.rows;
  return rows;
}

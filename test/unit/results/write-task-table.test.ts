import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { frontColumns } from '../../../src/results/tables/front-columns.js';
import { writeTaskTable } from '../../../src/results/tables/write-task-table.js';
import { madeSources } from '../../fixtures/reports/made-sources.js';

test('nothing is left of a table of tasks that cannot be written to its end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'task-table-'));
  try {
    const { rows } = madeSources({ tasks: 14_000 });
    const front = frontColumns(rows);
    const begun: string[][] = [];
    const last = rows.at(-1);
    assert.ok(last);
    Object.defineProperty(last, 'outcome', {
      get() {
        begun.push(readdirSync(folder));
        throw new Error('no space left on device');
      },
    });
    await assert.rejects(writeTaskTable(join(folder, 'tasks.parquet'), front, rows), /no space left/);
    assert.deepEqual([begun[0]?.length, await readdir(folder)], [1, []]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parquetToCsv } from '../../../src/formats/parquet-to-csv.js';
import { frontColumns } from '../../../src/results/tables/front-columns.js';
import { writeTaskTable } from '../../../src/results/tables/write-task-table.js';
import { madeSources } from '../../fixtures/reports/made-sources.js';

const { signal } = new AbortController();
const pathsIn = (folder: string) => ({
  parquet: join(folder, 'tasks.parquet'),
  csv: join(folder, 'tasks.csv'),
});

test('the CSV of tasks is what one of their Parquet file is, also where a parameter is called like a column', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'task-table-'));
  try {
    const { rows } = madeSources({ tasks: 2_500 });
    for (const row of rows.slice(100)) Object.assign(row.params, { outcome: 'a,"b"', 'task.outcome': true });
    const { parquet, csv } = pathsIn(folder);
    await writeTaskTable({ parquet, csv }, frontColumns(rows), rows, signal);
    const ofParquet = join(folder, 'parquet.csv');
    await parquetToCsv(parquet, ofParquet, signal);
    assert.equal(await readFile(csv, 'utf8'), await readFile(ofParquet, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

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
    await assert.rejects(writeTaskTable(pathsIn(folder), front, rows, signal), /no space left/);
    assert.deepEqual([begun[0]?.length, await readdir(folder)], [1, []]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

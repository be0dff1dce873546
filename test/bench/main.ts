import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatTable } from '../../src/cli/terminal/format-table.js';
import { benchBundles } from './bench-bundles.js';

// npm run bench [-- --quick] [--json FILE]: the figures of one run, to be compared with each other alone.
const { values } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'string' } } });

const rows = await benchBundles(values.quick === true);
console.log(
  formatTable(
    ['table', 'workload', 'method', 'n', 'p50 ms', 'p95 ms', 'p99 ms'],
    rows.map(({ table, workload, method, n, handover_ms: { p50, p95, p99 } }) => [
      table,
      workload,
      method,
      ...[n, p50, p95, p99].map(String),
    ]),
  ),
);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rows, null, 2)}\n`);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LosslessNumber } from 'lossless-json';
import { artifactFiles } from '../../../src/results/fetch/artifact-files.js';
import { formatCsv } from '../../../src/results/fetch/format-csv.js';
import { indexCsv } from '../../../src/results/fetch/index-csv.js';
import type { IndexRow } from '../../../src/results/fetch/index-row.js';

test('fields with commas, quotes and line ends are quoted as RFC 4180 says', () => {
  assert.equal(
    formatCsv(
      ['a', 'b'],
      [
        ['1,2', 'say "x"'],
        ['line\nend', ''],
      ],
    ),
    'a,b\r\n"1,2","say ""x"""\r\n"line\nend",\r\n',
  );
});

test('the index has a column for each parameter of any task, with the text of the numbers', () => {
  const csv = indexCsv([row({ x: new LosslessNumber('1.0') }), row({ seed: 'own', y: true })]);
  const [header = '', first = '', second = ''] = csv.split('\r\n');
  assert.match(header, /,seed,params\.seed,params\.x,params\.y,artifacts,abfs$/);
  assert.match(first, /,18446744073709551615,,1\.0,,a;b,abfs:\/\/results\/a;abfs:\/\/results\/b$/);
  assert.match(second, /,18446744073709551615,own,,true,a;b,abfs:/);
});

test('ordinary artifacts keep their names, and the others get names that no file system confuses', () => {
  const names = ['incidence', 'result.json', 'LOG.TXT', 'A', 'a', '../up', 'x'.repeat(300), 'é'.repeat(100)];
  const files = artifactFiles(names);
  assert.equal(files.get('incidence'), 'incidence');
  assert.equal(files.get('../up'), '..%2Fup');
  const lower = [...files.values()].map((file) => file.toLowerCase());
  assert.equal(new Set(lower).size, names.length);
  assert.ok(lower.every((file) => file.length < 230 && !['result.json', 'log.txt'].includes(file)));
});

function row(params: IndexRow['params']): IndexRow {
  return {
    task_id: 't',
    run: 'r',
    outcome: 'succeeded',
    reason: '',
    cached: false,
    executor: 'cold',
    pid: 7,
    start_time: '1',
    ordinal: 1,
    run_seconds: 0.5,
    overhead_seconds: 0.1,
    bundle_ref: 'sha256:0',
    entrypoint: 'm.n/s',
    param_id: 'p',
    seed: 18446744073709551615n,
    params,
    artifacts: { one: 'a', two: 'b' },
    partial: {},
    abfs: { two: 'abfs://results/b', one: 'abfs://results/a' },
  };
}

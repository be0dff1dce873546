import assert from 'node:assert/strict';
import { access, chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ReportData } from '../../../src/results/report/report-data.js';
import { workOff } from '../cli/pretend-worker.js';
import { type CliStand, startStand } from '../cli/stand.js';

let stand: CliStand;
before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

test('the report of a job has its outcomes, numbers, failures and proof, and says what has not ended', async () => {
  await submit('sweep', 'x=1,2,3', 'place=here,there');
  await workOff(
    stand,
    ({ task: { params } }) =>
      String(params.values.x) === '3'
        ? {
            outcome: 'simulation-failed',
            reason: 'It raised ValueError: no.',
            error: { errorType: 'ValueError', message: 'no', traceback: '' },
          }
        : {
            outputs: {
              peak: `${params.values.x}0`,
              summary: `{"rate": 0.${params.values.x}, "missing": NaN, "name": "a", "inner": {"deep": 1}}`,
              table: `day,ill\n1,${params.values.x}5\n`,
              curve: 'day,ill\n1,2\n2,3\n',
            },
          },
    5,
  );
  const said = await stand.cli('report', 'sweep');
  assert.equal(said.exitCode, 0, said.stderr);
  assert.match(said.stderr, /1 task of job sweep had not ended/);
  const path = join('results', 'sweep', 'report.html');
  assert.match(said.stdout, new RegExp(`^Report: ${path} \\(.*\\)\\. Open it in a browser`));
  const fetched = await stand.cli('fetch', 'sweep');
  assert.match(fetched.stdout, /^Results: results\/sweep {3}/m, 'beside the report');
  const data = await dataOf(path);
  assert.deepEqual(
    data.outcomes.map(({ outcome, tasks }) => [outcome, tasks]),
    [
      ['succeeded', 4],
      ['simulation-failed', 1],
      ['pending', 1],
    ],
  );
  assert.deepEqual(data.failures.groups[0]?.common, [
    { name: 'x', value: '3' },
    { name: 'place', value: 'here' },
  ]);
  const { axes, measures, notes } = data.outputs;
  assert.deepEqual(
    axes.map(({ name, kind, labels }) => [name, kind, labels]),
    [
      ['x', 'number', ['1', '2']],
      ['place', 'category', ['here', 'there']],
    ],
  );
  const medians = Object.fromEntries(measures.map(({ name, effects }) => [name, effects[0]?.p50]));
  assert.deepEqual(medians, {
    peak: [10, 20],
    'summary.rate': [0.1, 0.2],
    'summary.missing': [null, null],
    'table.day': [1, 1],
    'table.ill': [15, 25],
  });
  assert.equal(measures.find(({ name }) => name === 'summary.missing')?.unusable, 4);
  assert.match(notes.join(), /nor tables of one row: curve/);
  assert.deepEqual(
    [data.isolation.isProven, data.isolation.unfinished, data.isolation.processes, data.isolation.violations],
    [false, 1, 5, 0],
  );
  assert.ok(data.reproduction.commands.some(({ command }) => command === 'mops-cold verify sweep'));
});

test('numbers of results that an earlier run had made are in a report, too', async () => {
  await submit('first', 'x=1,2');
  await workOff(stand, ({ task: { params } }) => ({ outputs: { peak: `${params.values.x}0` } }));
  await submit('second', 'x=1,2');
  await workOff(stand);
  const json = await stand.cli('report', 'second', '--to', 'own.html', '--json');
  assert.equal(json.exitCode, 0, json.stderr);
  assert.equal(JSON.parse(json.stdout).path, 'own.html');
  const { outcomes, outputs, spreads } = await dataOf('own.html');
  assert.equal(outcomes[0]?.cached, 2);
  assert.deepEqual(outputs.measures[0]?.effects[0]?.p50, [10, 20]);
  assert.deepEqual(spreads, [], 'nothing ran for it');
});

test('an output that cannot be read takes no number of the others away, and what merely looks like a table is none', async () => {
  await submit('unreadable', 'x=4,5');
  const unclosed = 'day,ill\n1,"2\n3,4\n';
  await workOff(stand, ({ task: { params } }) => ({
    outputs: {
      // Read before the others.
      ...(String(params.values.x) === '4' && { 'a.csv': unclosed, 'b.csv': unclosed }),
      looks: unclosed,
      peak: `${params.values.x}0`,
    },
  }));
  const said = await stand.cli('report', 'unreadable');
  assert.equal(said.exitCode, 0, said.stderr);
  const { measures, notes } = (await dataOf(join('results', 'unreadable', 'report.html'))).outputs;
  assert.deepEqual(
    measures.map(({ name, effects }) => [name, effects[0]?.p50]),
    [['peak', [40, 50]]],
  );
  assert.match(
    notes.join('\n'),
    /Of 1 task an output could not be read\. The first: Task [0-9a-f]{32}, output "a\.csv": /,
  );
  assert.match(notes.join('\n'), /nor tables of one row: looks\./);
});

test('a folder that takes no files, and a job that is not there, are told before anything is read', async (context) => {
  if (process.getuid?.() === 0) context.diagnostic('as root every folder takes files');
  else {
    const locked = join(stand.folder, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o500);
    const { exitCode, stderr } = await stand.cli('report', 'first', '--to', 'locked/report.html');
    assert.deepEqual([exitCode, /locked/.test(stderr)], [1, true]);
  }
  const { exitCode, stderr } = await stand.cli('report', 'nowhere', '--to', 'none.html');
  assert.equal(exitCode, 1);
  assert.match(stderr, /Cannot find the job nowhere/);
  await assert.rejects(access(join(stand.folder, 'none.html')));
});

async function submit(name: string, ...axes: string[]): Promise<void> {
  const grid = axes.flatMap((axis) => ['--grid', axis]);
  const args = [
    '--bundle',
    `sha256:${'b'.repeat(64)}`,
    '--entrypoint',
    'models.sir/baseline',
    '--seeds',
    '1',
  ];
  const { exitCode, stderr } = await stand.cli(
    'submit',
    ...args,
    ...grid,
    '--job-id',
    name,
    '--no-preflight',
  );
  assert.equal(exitCode, 0, stderr);
}

async function dataOf(path: string): Promise<ReportData> {
  const page = await readFile(join(stand.folder, path), 'utf8');
  const block = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  return JSON.parse(block);
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findJob } from '../../../src/jobs/reading/find-job.js';
import { type CliStand, startStand } from './stand.js';

const bundleRef = `sha256:${'a'.repeat(64)}`;
const submit = ['submit', '--entrypoint', 'models.sir/baseline', '--bundle', bundleRef, '--no-preflight'];
const signal = new AbortController().signal;
let stand: CliStand;

before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

test('samples are crossed with the grid and the replicates, and how they were drawn is recorded', async () => {
  const ranges = [
    '--range',
    'beta=0.1:0.5',
    '--range',
    'n=log:1:1000',
    '--sampling-seed',
    '18446744073709551615',
  ];
  const words = [...submit, '--sobol', '4', ...ranges, '--grid', 'place=a,b', '--replicates', '2'];
  const dry = await stand.cli(...words, '--dry-run', '--json');
  assert.equal(dry.exitCode, 0, dry.stderr);
  const sets = new Set(dry.stdout.split('\n').map((line) => /"params":(\{[^}]*\})/.exec(line)?.[1]));
  assert.equal(dry.stdout.split('\n').length, 16);
  assert.equal(sets.size, 8);
  for (const set of sets) assert.match(set ?? '', /^\{"place":"[ab]","beta":0\.\d+,"n":\d+\}$/);

  const sent = await stand.cli(...words, '--job-id', 'sampled', '--json');
  assert.equal(sent.exitCode, 0, sent.stderr);
  assert.match(sent.stderr, /Sampled 4 points \(sobol\) with the seed 18446744073709551615/);
  const { manifest } = await findJob(stand.storage, 'sampled', undefined, signal);
  assert.equal(manifest?.source, 'sobol');
  assert.deepEqual(manifest?.sampling, {
    ...{ method: 'sobol', count: 4, seed: 18446744073709551615n },
    ranges: ['beta=0.1:0.5', 'n=log:1:1000'],
  });
});

for (const [words, expected] of [
  [['--range', 'x=0:1'], /a --range is sampled, so say how: --lhs or --sobol/],
  [['--lhs', '4'], /give a --range name=low:high for each parameter that is sampled/],
  [['--lhs', '4', '--sobol', '4', '--range', 'x=0:1'], /Cannot use --lhs and --sobol together/],
  [['--sampling-seed', '4'], /Cannot use --sampling-seed without --lhs or --sobol/],
  [['--lhs', '0', '--range', 'x=0:1'], /It must be a whole number, at least 1/],
  [['--lhs', '2000000', '--range', 'x=0:1'], /Cannot submit 2000000 samples: at most 1000000/],
  [
    ['--lhs', '4', '--range', 'x=1:0'],
    /Cannot sample: x has the range "1:0", which runs backwards: write 0:1/,
  ],
  [
    ['--lhs', '4', '--range', 'x=0:1', '--grid', 'x=1,2'],
    /Cannot use --grid x=…: the parameter has a --range, too/,
  ],
  [['--lhs', '4', '--range', 'x=0:1', '--sampling-seed', '-1'], /It must be a whole number from 0 to/],
  [['sets.csv', '--lhs', '4', '--sampling-seed', '1'], /Cannot use --lhs, --sampling-seed with/],
] as const)
  test(`${words.join(' ')} is wrong usage`, async () => {
    if (words[0] === 'sets.csv') {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(`${stand.folder}/sets.csv`, 'x\n1\n');
    }
    const { exitCode, stderr } = await stand.cli(...submit, ...words);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, expected);
  });

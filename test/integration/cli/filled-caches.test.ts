import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FilledCache } from '../../../src/contracts/result/filled-cache.js';
import type { Pretended } from './pretend-report.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

const bundle = `sha256:${'d'.repeat(64)}`;
let stand: CliStand;
before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

const numba = { name: 'numba', files: 41, bytes: 1_300_000 };
const other = { name: '~/.cache/regions', files: 1, bytes: 5 };

/** Runs a job of four tasks that filled these caches. */
async function ran(
  jobId: string,
  seed: number,
  caches: (x: string) => FilledCache[],
  changes: Pretended = {},
) {
  const task = ['--bundle', bundle, '--entrypoint', 'models.sir/baseline', '--no-preflight'];
  const { exitCode, stderr } = await stand.cli(
    'submit',
    ...['--job-id', jobId, '--grid', `x=1.0,2.0,3.0,4.0`, '--seeds', String(seed), ...task],
  );
  assert.equal(exitCode, 0, stderr);
  await workOff(stand, ({ task: { params } }) => ({
    filledCaches: caches(String(params.values.x)),
    ...changes,
  }));
}

async function watched(jobId: string) {
  const { stdout } = await stand.cli('watch', jobId);
  const document = JSON.parse((await stand.cli('watch', jobId, '--json')).stdout);
  return { stdout, found: document.filled_caches };
}

test('watch says once which caches the tasks of a job filled, and what to add to the bundle', async () => {
  await ran('fills', 1, (x) => (x === '1.0' ? [] : x === '2.0' ? [numba, other] : [numba]));
  const { stdout, found } = await watched('fills');
  assert.equal(stdout.match(/filled caches/g)?.length, 1);
  assert.match(
    stdout,
    /Note: 3 tasks filled caches that the next task fills again: numba \(41 files, 1\.2 MiB\), ~\/\.cache\/regions \(1 file, 5 B\)\./,
  );
  assert.match(
    stdout,
    /^ {4}\[tool\.modelops\]\n {4}warm_up = \{ entrypoint = "models\.sir\/baseline", params = \{ x = 2\.0 \} \}$/m,
  );
  assert.equal(found.tasks, 3);
  assert.deepEqual(found.caches, { numba: 3, '~/.cache/regions': 1 });
  assert.deepEqual(found.example.caches, [numba, other]);
  assert.equal(found.example.warmed_up, false);
});

test('a job whose results are there already fills nothing, and has nothing to say', async () => {
  await ran('again', 1, () => assert.fail('every result is there'));
  const { stdout, found } = await watched('again');
  assert.doesNotMatch(stdout, /caches/);
  assert.deepEqual(found, { tasks: 0, caches: {} });
});

test('tasks that fail say so too', async () => {
  await ran('failing', 2, () => [numba], { outcome: 'simulation-failed', reason: 'It failed.' });
  assert.match((await watched('failing')).stdout, /Note: 4 tasks filled caches/);
});

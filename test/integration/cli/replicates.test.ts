import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Pretended } from './pretend-report.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

const bundle = `sha256:${'c'.repeat(64)}`;
let stand: CliStand;
before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

type Outputs = (x: string, seed: bigint) => Record<string, string>;

/** Runs a job of `x` × seeds whose outputs are these. */
async function ran(jobId: string, xs: string, seeds: string, outputs: Outputs): Promise<void> {
  const task = ['--bundle', bundle, '--entrypoint', 'models.sir/baseline', '--no-preflight'];
  const args = ['--job-id', jobId, '--grid', `x=${xs}`, '--seeds', seeds, ...task];
  const { exitCode, stderr } = await stand.cli('submit', ...args);
  assert.equal(exitCode, 0, stderr);
  await workOff(stand, ({ task: { params, seed } }): Pretended => {
    return { outputs: outputs(String(params.values.x), seed) };
  });
}

// biome-ignore lint/suspicious/noExplicitAny: documents of several commands, looked at field by field
async function identical(verb: string, jobId: string): Promise<any> {
  const { exitCode, stdout, stderr } = await stand.cli(verb, jobId, '--json');
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout).identical_replicates;
}

test('watch, fetch and verify say which parameter sets have replicates with equal outputs', async () => {
  const ignoresItsSeed: Outputs = (x, seed) => ({
    curve: x === '3' ? `${x} ${seed}` : x,
    size: x === '4' ? String(seed) : '1',
  });
  await ran('same', '1,2,3,4', '1..3', ignoresItsSeed);
  for (const verb of ['watch', 'fetch', 'verify']) {
    const { parameter_sets, tasks, examples } = await identical(verb, 'same');
    assert.deepEqual([parameter_sets, tasks], [2, 6], verb);
    assert.deepEqual(
      examples
        .map(({ params, task_ids }: { params: { x: number }; task_ids: string[] }) => [
          params.x,
          new Set(task_ids).size,
        ])
        .sort(),
      [
        [1, 3],
        [2, 3],
      ],
    );
    const { stdout } = await stand.cli(verb, 'same');
    assert.match(
      stdout,
      /replicates with equal outputs, though their seeds differ: 6 tasks of 2 parameter sets\./,
    );
    assert.match(stdout, /models\.sir\/baseline \{"x":1\}: 3 replicates are the same/);
  }
});

test('only the replicates that are equal count, and they are told again when their results come from before', async () => {
  await ran('some', '11', '1..4', (x, seed) => ({ a: seed < 3n ? x : `${x} ${seed}` }));
  assert.equal((await identical('watch', 'some')).tasks, 2);
  await ran('again', '11', '1..4', () => assert.fail('every result is there'));
  assert.equal((await identical('watch', 'again')).tasks, 2);
});

test('replicates that differ, one replicate, and different parameters with equal outputs are not told', async () => {
  await ran('differ', '21,22', '1,2', (x, seed) => ({ a: `${x} ${seed}` }));
  await ran('one', '31,32,33', '1', () => ({ a: 'the same' }));
  for (const jobId of ['differ', 'one']) {
    assert.deepEqual(await identical('verify', jobId), { parameter_sets: 0, tasks: 0, examples: [] });
    assert.doesNotMatch((await stand.cli('watch', jobId)).stdout, /replicates/);
  }
});

test('no replicates are those whose config differs', async () => {
  const sets = [1, 2].map((seed) => ({
    task: {
      bundle_ref: bundle,
      entrypoint: 'models.sir/baseline',
      params: { values: { x: 41 } },
      seed,
      config: { days: seed },
    },
  }));
  await writeFile(
    join(stand.folder, 'tasks.json'),
    JSON.stringify({ job_id: 'configs', tasks: sets.map(({ task }) => task) }),
  );
  const { exitCode, stderr } = await stand.cli('submit', 'tasks.json', '--no-preflight');
  assert.equal(exitCode, 0, stderr);
  await workOff(stand, () => ({ outputs: { a: 'the same' } }));
  assert.equal((await identical('watch', 'configs')).parameter_sets, 0);
});

test('of many parameter sets five are named', async () => {
  await ran('many', '51,52,53,54,55,56,57', '1,2', (x) => ({ a: x }));
  const { stdout } = await stand.cli('verify', 'many');
  assert.equal(stdout.match(/2 replicates are the same/g)?.length, 5);
  assert.match(stdout, /^ {2}and 2 more$/m);
});

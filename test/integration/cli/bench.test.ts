import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import type { BenchRow } from '../../../src/benchmark/bench-row.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { distInfo } from '../../fixtures/environments/dist-info.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { type CliStand, startStand } from './stand.js';

const wire = `
import helper
def wire(entrypoint, params, seed):
    if params.get("fails"):
        raise ValueError("asked to fail")
    return {"answer": helper.answer(params["x"])}
`;
const helper = 'def answer(x): return repr(x)\n';
const bench = ['bench', '--entrypoint', 'models.sir/baseline', '--n', '2', '--param', 'x=1.0'];
let stand: CliStand;

before(async () => {
  stand = await startStand();
  await writeModel('model', {});
  await writeModel('forked', { start_method: 'forkserver' });
  await writeModel('fresh', { requires_fresh_process: true, wire: 'entry.py:wire' });
});
after(() => stand.stop());

async function writeModel(name: string, manifest: Record<string, unknown>): Promise<void> {
  const folder = join(stand.folder, name);
  await mkdir(join(folder, '.modelops'), { recursive: true });
  await writeFile(join(folder, '.modelops', 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, manifest.wire ? 'entry.py' : 'wire.py'), wire);
  await writeFile(join(folder, 'helper.py'), helper);
}

test('a task is run in every way, and each that claims isolation isolates', async () => {
  const { exitCode, stdout, stderr } = await stand.cli(...bench, '--bundle', 'model', '--json');
  assert.equal(exitCode, 0, stderr);
  const rows: BenchRow[] = JSON.parse(stdout);
  for (const name of ['seed', 'spawn', 'standby', 'isolated_warm', 'multiprocessing_pool', 'floor'])
    assert.ok(
      rows.some(({ method }) => method === name),
      name,
    );
  for (const row of rows) {
    assert.equal(row.table, 'methods');
    assert.equal(row.workload, 'models.sir/baseline');
    assert.equal(row.n, 2);
    for (const measured of [row.handover_ms, row.overhead_ms])
      assert.ok(measured && measured.p50 <= measured.p95 && measured.p95 <= measured.p99, row.method);
    assert.ok((row.tasks_per_s ?? 0) > 0 && (row.peak_mib ?? 0) > 0, row.method);
    assert.equal(row.isolates, row.method !== 'isolated_warm');
    assert.equal(row.unique_processes === 1, row.isolates, row.method);
    if (row.method !== 'floor') assert.equal(row.clean_statics === 1, row.isolates, row.method);
  }
  assert.match(stderr, /The method forkserver is left out: the bundle does not ask for it/);
});

test('a bundle that asks to be forked is forked too, and the rows can go into a file', async () => {
  const { exitCode, stdout, stderr } = await stand.cli(...bench, '--bundle', 'forked', '--json', 'rows.json');
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /^workload +method/);
  const rows: BenchRow[] = JSON.parse(await readFile(join(stand.folder, 'rows.json'), 'utf8'));
  const forked = rows.find(({ method }) => method === 'forkserver');
  // Where forking would not be safe, as off Linux, it is not in the table.
  if (process.platform === 'linux')
    assert.deepEqual([forked?.unique_processes, forked?.clean_statics], [1, 1]);
});

test('a bundle that requires a fresh process is not run warm', async () => {
  const { exitCode, stdout, stderr } = await stand.cli(...bench, '--bundle', 'fresh', '--json');
  assert.equal(exitCode, 0, stderr);
  const methods = JSON.parse(stdout).map(({ method }: BenchRow) => method);
  assert.ok(methods.includes('spawn') && !methods.includes('isolated_warm'), methods.join());
  assert.match(stderr, /isolated_warm is left out: the bundle requires a fresh process/);
});

test('a task that fails is said to, and nothing is left', async () => {
  const { exitCode, stdout, stderr } = await stand.cli(
    ...bench,
    '--bundle',
    'model',
    '--param',
    'fails=true',
    '--json',
  );
  assert.equal(exitCode, 3);
  assert.match(stderr, /ValueError: asked to fail/);
  assert.match(
    JSON.parse(stdout).error.message,
    /^The task fails: The simulation failed with ValueError: asked to fail/,
  );
  const left = await readdir(stand.env.MODELOPS_SCRATCH_DIR ?? '');
  assert.deepEqual(
    left.filter((name) => name.startsWith('bench-')),
    [],
  );
});

for (const [name, wirePy, options, reason] of [
  [
    'silent',
    'def wire(e, p, s): return None',
    [],
    /^The task fails: .* returned NoneType, not a dict of outputs/,
  ],
  ['gone', 'import os\ndef wire(e, p, s): os._exit(7)', [], /^The task fails: .*exit.* code 7/],
  [
    'endless',
    'import time\ndef wire(e, p, s): time.sleep(60)',
    ['--timeout', '1'],
    /^The task fails: .*\b1 s \(the task's own timeout_seconds, or --timeout\)/,
  ],
] as const)
  test(`why a task fails is told as the app tells it: a bundle that is ${name}`, async () => {
    const folder = join(stand.folder, name);
    await mkdir(folder);
    await writeFile(join(folder, 'wire.py'), wirePy);
    const { exitCode, stdout, stderr } = await stand.cli(...bench, ...options, '--bundle', name, '--json');
    assert.equal(exitCode, 3, stderr);
    assert.match(JSON.parse(stdout).error.message, reason);
    assert.doesNotMatch(stderr, /-m runner|Traceback/);
  });

test('a wire function that is installed cannot be measured, which is said at once', async (t) => {
  const venv = await makeVenv(join(stand.folder, 'venv'), {
    'installed.py': 'def wire(e, p, s): return {"answer": "1"}\n',
    'installed-1.0.dist-info/entry_points.txt': '[modelops.wire]\nexecute = installed:wire\n',
    ...distInfo('installed', '1.0'),
  });
  await mkdir(join(stand.folder, 'installed'));
  await writeFile(join(stand.folder, 'installed', 'requirements.txt'), 'installed\n');
  Object.assign(stand.env, { MODELOPS_PYTHON: venv.folder, MODELOPS_ENVIRONMENTS: 'installed' });
  t.after(() => {
    delete stand.env.MODELOPS_PYTHON;
    delete stand.env.MODELOPS_ENVIRONMENTS;
  });
  const { exitCode, stderr } = await stand.cli(...bench, '--bundle', 'installed');
  assert.equal(exitCode, 1);
  assert.match(stderr, /^Cannot bench this bundle: its Python has an installed wire function/m);
  assert.doesNotMatch(stderr, /Traceback/);
});

test('a file that cannot take the rows is refused before anything is measured', async () => {
  const { exitCode, stderr } = await stand.cli(...bench, '--bundle', 'model', '--json', 'model');
  assert.equal(exitCode, 2);
  assert.equal(stderr, 'Cannot write what was measured to model: it is a folder. Name a file.');
});

test('npm run bench refuses what it does not know, and files that cannot take what it measures', async () => {
  const bench = join(packageRoot, 'dist', 'test', 'bench', 'main.js');
  for (const [args, message] of [
    [['--qick'], /^Cannot bench: Unknown option '--qick'/],
    [['--json', '/'], /^Cannot write what was measured to \/: it is a folder/],
  ] as const) {
    const { exitCode, stderr } = await execa(process.execPath, [bench, ...args], { reject: false });
    assert.equal(exitCode, 2);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /^\s+at /m);
  }
});

test('a number of times that is none is wrong usage', async () => {
  const { exitCode, stderr } = await stand.cli(
    'bench',
    '--bundle',
    'model',
    '--entrypoint',
    'a.b/c',
    '--n',
    '0',
  );
  assert.equal(exitCode, 2);
  assert.match(stderr, /at least 1/);
});

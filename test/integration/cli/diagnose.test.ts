import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const main = join(packageRoot, 'dist', 'cli', 'main.js');

const leaks = `
KEPT = []
def wire(entrypoint, params, seed):
    KEPT.append(params["x"])
    return {"<b>first</b>": {"x": KEPT[0]}}
`;
const clean = 'def wire(entrypoint, params, seed):\n    return {"x": {"x": params["x"]}}\n';

async function mopsCold(cwd: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 240_000,
  });
  return { exitCode, stdout, stderr };
}

const grid = ['--entrypoint', 'models.test/baseline', '--grid', 'x=1,2,3'];

test('a leak is shown, written down as a page, JSON and the shortest proof, which the same command takes; --write marks the bundle', async () => {
  const folder = await make({ 'model/wire.py': leaks, 'model/.modelops/manifest.json': '{"threads": 1}' });
  const found = await mopsCold(folder, 'diagnose', '--bundle', 'model', ...grid, '--write', '--json');
  assert.equal(found.exitCode, 4, found.stderr);
  assert.match(found.stderr, /wrong from number 2 on/);
  assert.match(found.stderr, /Parameters do it/);
  const document = JSON.parse(found.stdout);
  assert.equal(document.verdict, 'leak');
  assert.equal(document.leak.shortest.sequence.length, 2);
  assert.deepEqual(JSON.parse(await readFile(join(folder, 'model/.modelops/manifest.json'), 'utf8')), {
    threads: 1,
    requires_fresh_process: true,
  });

  const [kept = assert.fail()] = await readdir(join(folder, 'results'));
  const files = join(folder, 'results', kept);
  const page = await readFile(join(files, 'diagnosis.html'), 'utf8');
  assert.match(page, /&lt;b&gt;first&lt;\/b&gt;/, 'names of outputs are no markup');
  assert.doesNotMatch(page, /<b>first|<script|src=|href=/, 'it needs nothing beside it');
  assert.match(page, /class="different"/);
  assert.match(page, /<circle class="reused"/);

  const again = await mopsCold(
    folder,
    'diagnose',
    join('results', kept, 'shortest.json'),
    ...['--bundle', 'model', '--json'],
  );
  assert.equal(again.exitCode, 4, again.stderr);
  assert.equal(JSON.parse(again.stdout).tasks.length, 2);
});

test('a clean bundle exits with 0; what cannot be diagnosed is said', async () => {
  const folder = await make({
    'model/wire.py': clean,
    'two.json': JSON.stringify({
      tasks: ['models.a/x', 'models.b/x'].map((entrypoint) => ({
        entrypoint,
        params: { values: { x: 1 } },
        seed: 1,
      })),
    }),
  });
  const found = await mopsCold(folder, 'diagnose', '--bundle', 'model', ...grid);
  assert.equal(found.exitCode, 0, found.stderr);
  assert.match(found.stdout, /Clean: no task comes out otherwise/);
  const several = await mopsCold(folder, 'diagnose', 'two.json', '--bundle', 'model');
  assert.equal(several.exitCode, 2);
  assert.match(several.stderr, /several entrypoints/);
  const nothing = await mopsCold(folder, 'diagnose', '--bundle', 'model');
  assert.equal(nothing.exitCode, 2);
  assert.match(nothing.stderr, /Cannot diagnose: give a job or study file/);
  const useless = await mopsCold(
    folder,
    ...[
      'diagnose',
      '--sample',
      '1%',
      'job',
      '--bundle',
      'model',
      '--study',
      'two.json',
      '--write',
      '--to',
      'to',
    ],
  );
  assert.equal(useless.exitCode, 2);
  assert.match(useless.stderr, /Cannot use --bundle, --study, --write, --to with --sample/);
  const two = await mopsCold(folder, 'diagnose', '--sample', '1%', 'job', '--job', 'other');
  assert.match(two.stderr, /Cannot diagnose samples of two jobs/);
});

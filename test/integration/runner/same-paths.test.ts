import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { packageRoot } from '../../../src/package/package-root.js';
import { whyPathsDiffer } from '../../../src/runner/why-paths-differ.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureRunner, localBundle, pathsDiffer, python } from './run-fixture.js';

const skip = (await pathsDiffer) ?? false;
const make = temporaryFolders();
let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner();
});
after(() => runner.close());

/** Meets another task of its kind in a folder that both know, and then looks at what is in its own ones. */
const meets = `
import multiprocessing, os, time
places = {"bundle": os.getcwd(), "home": os.environ["HOME"], "tmp": os.environ["TMPDIR"], "module": __file__}
def look():
    return sorted(os.listdir(places["bundle"]) + os.listdir(places["home"]) + os.listdir(places["tmp"]))
def wire(entrypoint, params, seed):
    for place in ("bundle", "home", "tmp"):
        open(os.path.join(places[place], f"{place}-{params['n']}"), "w").close()
    open(os.path.join(params["common"], str(params["n"])), "w").close()
    end = time.monotonic() + 60
    while len(os.listdir(params["common"])) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        child = pool.apply(look)
    return {"places": places, "own": look(), "child": child}
`;

test('tasks that run at the same time find their folders at the same paths, and nothing of each other there', {
  skip,
}, async () => {
  const bundle = await localBundle(await make({ 'wire.py': meets }));
  const common = await make({});
  const reports = await Promise.all(
    [1, 2].map((n) => runner.run('', { bundle, params: JSON.stringify({ n, common }) })),
  );
  for (const [at, report] of reports.entries()) {
    assert.equal(report.outcome, 'succeeded', report.reason + report.logText);
    const { own = '', child, places = '' } = report.outputs;
    const left = JSON.parse(own).filter((name: string) => /-\d$/.test(name));
    assert.deepEqual(
      left,
      ['bundle', 'home', 'tmp'].map((place) => `${place}-${at + 1}`),
    );
    assert.equal(child, own, 'so does what it starts');
    assert.equal(JSON.parse(places).bundle, join(report.seenAt, 'bundle'));
    assert.ok(!existsSync(report.folder));
  }
  assert.equal(reports[0]?.outputs.places, reports[1]?.outputs.places);
  assert.deepEqual(readdirSync(join(runner.scratchRoot, 't')), [], 'nobody else sees anything there');
});

test('a cache that goes by the path of the bundle is found again after a warm-up', { skip }, async () => {
  const bundle = await make({
    'pyproject.toml': '[project]\nname = "cached"\nversion = "1"\n[tool.modelops]\nwarm_up = {}\n',
    'wire.py': `
import os
def wire(entrypoint, params, seed):
    cache = os.path.join(os.environ["HOME"], os.path.abspath(__file__).replace("/", "_"))
    found = os.path.exists(cache)
    open(cache, "w").close()
    return {"found": str(found)}
`,
  });
  const report = await runner.run('', { bundle: await localBundle(bundle) });
  assert.equal(report.outputs.found, 'True', report.reason + report.logText);
});

test('an ordinary user has it by a user namespace, in which nobody becomes anybody else', async (t) => {
  const command = '/usr/bin/python3';
  if (process.getuid?.() !== 0 || !existsSync(command)) return t.skip('only root can try it as another user');
  const nobody = { uid: 65_534, gid: 65_534, encoding: 'utf8' } as const;
  const [folder, place] = [await make({ file: '' }), await make({})];
  for (const path of [folder, place]) await chmod(path, 0o755);
  const script = `
import os, sys
sys.path.insert(0, sys.argv[1])
from cold_functions import process_tree
process_tree.see_at(*sys.argv[2:])
os.execv("/bin/sh", ["sh", "-c", "ls $0; id -u; mount --bind / / 2>/dev/null && echo mounted; true", sys.argv[3]])
`;
  const args = ['-I', '-c', script, join(packageRoot, 'src', 'runner', 'python'), folder, place];
  let said: string;
  try {
    said = execFileSync(command, args, { ...nobody, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stderr } = error as { stderr: string };
    if (/PermissionError|No space left/.test(stderr))
      return t.skip(`not on this machine: ${stderr.trim().split('\n').at(-1)}`);
    throw error;
  }
  assert.equal(said, 'file\n65534\n');
  assert.deepEqual(readdirSync(place), []);
});

test('where it cannot be had it is said why', async () => {
  assert.match(
    (await whyPathsDiffer(python, 'darwin')) ?? '',
    /^Each task has paths of its own \(Operation not supported\): the same for all take Linux/,
  );
});

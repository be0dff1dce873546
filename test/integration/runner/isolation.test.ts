import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { probePython } from '../../../src/environments/probe-python.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureRunner, localBundle, version } from './run-fixture.js';

/** Tells what its interpreter and that of a child took from outside. */
const model = `
import json, multiprocessing, os, site, sys
def facts():
    strange = [place for place in sys.path if place in ("", ".") or os.path.isdir(os.path.join(place, "cold_functions"))]
    return {"strange": strange, "first": sys.path[0], "user": site.ENABLE_USER_SITE}
def wire(entrypoint, params, seed):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        child = pool.apply(facts)
    return {"own": json.dumps(facts()), "child": json.dumps(child), "cwd": os.getcwd(),
            "variables": json.dumps(sorted(name for name in os.environ if name.startswith("PYTHON")))}
`;

const make = temporaryFolders();
let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner();
});
after(() => runner.close());

/** Every Python that is here, of those that may run tasks. */
function pythons(): { minor: number; command: string }[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const kept = existsSync(versions) ? readdirSync(versions) : [];
  return [9, 10, 11, 12, 13, 14].flatMap((minor) => {
    const places = kept
      .filter((name) => name.startsWith(`3.${minor}.`))
      .map((name) => join(versions, name, 'bin', 'python3'));
    const found = [...places, `python3.${minor}`].find((command) => {
      try {
        execFileSync(command, ['-c', ''], { stdio: 'ignore' });
        return true;
      } catch {
        return false;
      }
    });
    return found === undefined ? [] : [{ minor, command: found }];
  });
}

for (const { minor, command } of pythons()) {
  test(`Python 3.${minor}: nothing from outside is on the path of a task or its children`, async () => {
    const { executable, version } = await probePython(command);
    const environment = bareEnvironment(executable, version.join('.'));
    const outside = await make({ 'sitecustomize.py': 'raise SystemExit("from outside")\n' });
    const bundle = await localBundle(await make({ 'wire.py': model, 'runner.py': 'raise SystemExit\n' }));
    const before = { ...process.env };
    Object.assign(process.env, {
      PYTHONPATH: outside,
      PYTHONSTARTUP: join(outside, 'sitecustomize.py'),
      PYTHONHASHSEED: '5',
      PYTHONOPTIMIZE: '2',
    });
    try {
      const report = await runner.run('', { bundle, environment });
      assert.equal(report.outcome, 'succeeded', report.reason + report.logText);
      const { own = '', child = '', cwd = '', variables = '' } = report.outputs;
      assert.deepEqual(JSON.parse(own), { strange: [], first: cwd, user: false });
      assert.deepEqual(JSON.parse(child), JSON.parse(own));
      assert.deepEqual(JSON.parse(variables), ['PYTHONHASHSEED', 'PYTHONNOUSERSITE']);
    } finally {
      process.env = before;
    }
  });

  test(`Python 3.${minor}: a task finds the same order of a set in every process`, async () => {
    const { executable, version } = await probePython(command);
    const environment = bareEnvironment(executable, version.join('.'));
    const orders = new Set<string | undefined>();
    for (let task = 0; task < 2; task++) {
      const report = await runner.run('orders_by_hash', { environment });
      assert.equal(report.outcome, 'succeeded', report.reason + report.logText);
      orders.add(report.outputs.set);
    }
    assert.equal(orders.size, 1);
  });
}

test('a model meets an interpreter that has imported hardly more than Python itself', async () => {
  const environment = await emptyEnvironment();
  const files = {
    'wire.py': 'import sys\nearly = list(sys.modules)\ndef wire(*task): return {"a": early}\n',
  };
  const report = await runner.run('', { bundle: await localBundle(await make(files)), environment });
  const bare = execFileSync(environment.python, ['-s', '-c', 'import sys; print(list(sys.modules))']);
  const ours = [...(report.outputs.a ?? '').matchAll(/"([^"]+)"/g)]
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('cold_functions') && !bare.includes(`'${name}'`));
  const known = [
    '__future__',
    '_blake2',
    '_json',
    'errno',
    'faulthandler',
    'gc',
    'importlib',
    'warnings',
    'wire',
  ];
  assert.ok(ours.includes('wire'), report.reason);
  assert.deepEqual(ours.filter((name) => !known.includes(name.split('.')[0] ?? '')).sort(), []);
});

test('a bundle may have modules that are called like those of json, which writes its outputs all the same', async () => {
  const shadows = Object.fromEntries(
    ['json', 're', 'enum', 'functools', 'operator'].map((name) => [`${name}.py`, 'ours = True\n']),
  );
  const wire =
    'import enum, json, re\ndef wire(*task): return {"a": {"ours": enum.ours and json.ours and re.ours}}\n';
  const bundle = await localBundle(await make({ ...shadows, 'wire.py': wire }));
  const report = await runner.run('', { bundle, environment: await emptyEnvironment() });
  assert.equal(report.outputs.a, '{"ours": true}', report.reason);
});

test('a number that Python refuses to read fails its own task, and no other', async () => {
  const [refused, next] = await Promise.all([
    runner.run('succeeds', { params: `{"n": ${'9'.repeat(5000)}}` }),
    runner.run('succeeds'),
  ]);
  assert.equal(next.outcome, 'succeeded');
  if (refused.outcome === 'succeeded') return; // Pythons before 3.11 read it
  assert.equal(refused.outcome, 'simulation-failed');
  assert.match(refused.reason, /The task cannot be read: Exceeds the limit/);
});

/** What a machine's own Python has installed may import anything at its start. */
async function emptyEnvironment() {
  const venv = await makeVenv(join(await make({}), 'venv'));
  return bareEnvironment(venv.python, version);
}

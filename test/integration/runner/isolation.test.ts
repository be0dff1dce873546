import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { probePython } from '../../../src/environments/probe-python.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureRunner, localBundle } from './run-fixture.js';

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

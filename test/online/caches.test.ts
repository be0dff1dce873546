import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { bareEnvironment } from '../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import {
  createFixtureRunner,
  type FixtureReport,
  type FixtureRun,
  type FixtureRunner,
  localBundle,
  python,
} from '../integration/runner/run-fixture.js';

const run = promisify(execFile);
const make = temporaryFolders();
let folder: string;
let its: string;
let runner: FixtureRunner;
let standby: FixtureRunner;
let unreachable: string | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'online-test-'));
  its = join(folder, 'bin', 'python3');
  await run(python, ['-m', 'venv', folder]);
  await run(its, ['-m', 'pip', 'install', '--quiet', 'numba', 'matplotlib'], { timeout: 300_000 }).catch(
    (error) => {
      unreachable = `numba and matplotlib cannot be installed: ${String(error).split('\n')[0]}`;
    },
  );
  const { stdout } = await run(its, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  await mkdir(join(stdout.trim(), 'compiled_model'));
  await writeFile(join(stdout.trim(), 'compiled_model', '__init__.py'), kernel);
  runner = await createFixtureRunner();
  standby = await createFixtureRunner({ standby: { most: 1, unusedMs: 60_000 } });
});
after(async () => {
  await runner.close();
  await standby.close();
  await rm(folder, { recursive: true });
});

const kernel = `
from numba import njit
@njit(cache=True)
def add(a, b):
    return a + b
`;
const calls = (module: string) => `
from ${module} import add
def wire(entrypoint, params, seed):
    return {"sum": add(params["a"], params["b"])}
`;
// Root may write to site-packages; in the image nobody may, and numba goes to the next place.
const readOnly = { NUMBA_CACHE_LOCATOR_CLASSES: 'UserWideCacheLocator' };

async function bundleOf(files: Record<string, string>, metadata: object) {
  return localBundle(await make({ ...files, '.modelops/manifest.json': JSON.stringify(metadata) }));
}

const request = (more: FixtureRun): FixtureRun => ({
  environment: bareEnvironment(its, '3'),
  timeoutMs: 120_000,
  params: '{"a": 1, "b": 2}',
  ...more,
});

const compiled = ({ logText }: FixtureReport) => /data saved to/.test(logText);
const found = ({ logText }: FixtureReport) => /data loaded from/.test(logText);

const places: [string, Record<string, string>, Record<string, string>][] = [
  ['the bundle', { 'kernel.py': kernel, 'wire.py': calls('kernel') }, {}],
  ['a library in an environment that is read-only', { 'wire.py': calls('compiled_model') }, readOnly],
];
const ways: [string, () => FixtureRunner, FixtureRun][] = [
  ['cold', () => runner, {}],
  ['ahead of its task', () => standby, {}],
  ['forked', () => runner, { executor: 'forkserver' }],
];
for (const [where, files, variables] of places) {
  for (const [how, its, way] of ways) {
    test(`numba in ${where}, started ${how}: the second task finds what the warm-up compiled, and no other`, async (t) => {
      if (unreachable) return t.skip(unreachable);
      const env = { ...variables, NUMBA_DEBUG_CACHE: '1' };
      const cold = await bundleOf(files, { env });
      for (let task = 0; task < 2; task++) {
        const report = await its().run('', request({ ...way, bundle: cold }));
        assert.deepEqual(report.outputs, { sum: '3' }, report.reason);
        assert.equal(report.attestation?.executor, way.executor ?? 'cold');
        assert.ok(compiled(report) && !found(report), report.logText);
        assert.deepEqual(
          report.filledCaches.map(({ name }) => name),
          ['numba'],
        );
      }
      const warm = await bundleOf(files, { env, warm_up: { params: { a: 1, b: 2 } } });
      for (let task = 0; task < 2; task++) {
        const report = await its().run('', request({ ...way, bundle: warm }));
        assert.deepEqual(report.outputs, { sum: '3' }, report.reason);
        assert.ok(found(report) && !compiled(report), report.logText);
        assert.deepEqual(report.filledCaches, []);
      }
      // Beyond the warm-up: it is compiled, and told.
      const other = await its().run('', request({ ...way, bundle: warm, params: '{"a": 0.5, "b": 2}' }));
      assert.deepEqual(other.outputs, { sum: '2.5' }, other.reason);
      assert.ok(compiled(other), other.logText);
      assert.deepEqual(
        other.filledCaches.map(({ name }) => name),
        ['numba'],
      );
    });
  }
}

test("a task builds matplotlib's list of fonts and says so, unless a warm-up has left it", async (t) => {
  if (unreachable) return t.skip(unreachable);
  const files = {
    'wire.py': `
import matplotlib
matplotlib.use("agg")
from matplotlib import pyplot
def wire(entrypoint, params, seed):
    return {"figure": pyplot.figure()}
`,
  };
  const names = async (metadata: object) => {
    const report = await runner.run('', request({ bundle: await bundleOf(files, metadata) }));
    assert.equal(report.outcome, 'succeeded', report.reason);
    return report.filledCaches.map(({ name }) => name);
  };
  assert.deepEqual(await names({}), ['matplotlib']);
  assert.deepEqual(await names({ warm_up: {} }), []);
});

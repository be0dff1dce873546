import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { DeclaredDependencies } from '../../../src/contracts/bundle/declared-dependencies.js';
import { checkDependencies } from '../../../src/environments/check-dependencies.js';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { EnvironmentFailed } from '../../../src/simulation/environment-failed.js';
import type { LocalBundle } from '../../../src/simulation/ports.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { distInfo } from '../../fixtures/environments/dist-info.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

/** An interpreter with these installed, and one without any. */
let venv: Awaited<ReturnType<typeof makeVenv>>;
before(async () => {
  venv = await makeVenv(join(await make(), 'venv'), {
    ...distInfo('NumPy', '1.24.2'),
    ...distInfo('torch', '2.1.0+cu118'),
    ...distInfo('star-sim', '3.1.0rc1'),
    ...distInfo('pandas', '2.2.3', [
      'Provides-Extra: excel',
      'Requires-Dist: pytz>=2020',
      'Requires-Dist: openpyxl[images]>=3.1; extra == "excel"',
    ]),
    ...distInfo('openpyxl', '3.1.5', ['Requires-Dist: pillow; extra == "images"']),
    'broken-1.0.dist-info/METADATA': 'Name: broken\n',
    'binary-1.0.dist-info/METADATA': Buffer.from('Name: binary\nVersion: 1\nSummary: \xff\n', 'latin1'),
    'empty-1.0.dist-info/RECORD': '',
    'noise.pth': 'import sys; print("hello from a .pth"); sys.stderr.write("and again")\n',
  });
});

let digests = 0;
async function bundleOf(
  dependencies?: DeclaredDependencies,
  files: Record<string, string> = {},
  pythonRanges: LocalBundle['pythonRanges'] = [],
): Promise<LocalBundle> {
  digests += 1;
  return bareBundle(await make({ 'wire.py': '', ...files }), {
    digest: `sha256:${String(digests).padStart(64, '0')}`,
    pythonRanges,
    dependencies: dependencies ? [dependencies] : [],
  });
}
const project = (...requirements: string[]): DeclaredDependencies => ({
  file: 'pyproject.toml',
  requirements,
});
const environments = () =>
  createEnvironments({ python: venv.python, venvsFolder: join(venv.folder, 'venvs') });

async function failure(bundle: LocalBundle): Promise<string> {
  try {
    await environments().forBundle(bundle);
  } catch (error) {
    assert.ok(error instanceof EnvironmentFailed, String(error));
    return error.message;
  }
  assert.fail('The bundle has been given an interpreter.');
}

test('a bundle whose requirements are installed gets the interpreter', async () => {
  const bundle = await bundleOf(
    project('numpy>=1.20,<2', 'torch==2.1.0', 'Star_Sim>=3', 'pywin32 ; sys_platform == "win32"'),
  );
  const { python, version } = await environments().forBundle(bundle);
  assert.equal(python, venv.python);
  assert.match(version, /^3\.\d+\.\d+$/);
  assert.deepEqual(Object.keys(await environments().forBundle(bundle)), [
    'python',
    'version',
    'reads',
    'variables',
    'facts',
    'numerics',
  ]);
});

test('missing and wrong distributions are all named, with what to do', async () => {
  const message = await failure(await bundleOf(project('numpy>=2', 'starsim>=3.0.4', 'torch==2.1.0+cpu')));
  assert.match(
    message,
    /^Cannot run the bundle in \/.*\/venv\/bin\/python \(Python 3\.\d+\.\d+\): of what pyproject\.toml declares, numpy>=2 is not satisfied \(1\.24\.2 is installed\), starsim>=3\.0\.4 is not installed and torch==2\.1\.0\+cpu is not satisfied \(2\.1\.0\+cu118 is installed\)\. Install them there, let MODELOPS_PYTHON name an environment that has them, or build one at \/.*\/venvs\/[0-9a-f]{32}, which the app does itself without MODELOPS_ENVIRONMENTS=installed\.$/,
  );
});

test('a distribution with unreadable metadata is not installed', async () => {
  const message = await failure(await bundleOf(project('broken', 'empty')));
  assert.match(message, /broken is not installed and empty is not installed/);
});

test('an extra requires what the installed distribution declares for it', async () => {
  const message = await failure(await bundleOf(project('pandas[excel]')));
  assert.match(message, /declares, pillow \(for openpyxl\[images\]\) is not installed\. Install it there/);
});

test('what the bundle brings along is installed, and comes before the interpreter', async () => {
  const files = { ...distInfo('numpy', '2.1.0'), 'old.egg-info/PKG-INFO': 'Name: old-style\nVersion: 1.5\n' };
  await environments().forBundle(await bundleOf(project('numpy>=2', 'old-style~=1.4'), files));
  const message = await failure(await bundleOf(project('numpy<2'), files));
  assert.match(message, /numpy<2 is not satisfied \(2\.1\.0 is installed\)/);
});

test('a requirements.txt is followed into the bundle, and its options stop nothing', async () => {
  const requirements = [
    '-r more.txt',
    '--index-url https://example.org/simple',
    'numpy==1.24.2 --hash=sha256:0',
  ];
  const bundle = await bundleOf({ file: 'requirements.txt', requirements }, { 'more.txt': 'pillow>=10\n' });
  assert.match(await failure(bundle), /of what requirements\.txt declares, pillow>=10 is not installed/);
  assert.deepEqual(await checkDependencies(venv.python, bundle), {
    satisfied: ['numpy==1.24.2'],
    problems: [{ requirement: 'pillow>=10' }],
    unchecked: ['--index-url https://example.org/simple', 'numpy==1.24.2 --hash=sha256:0'],
  });
  const astray = await bundleOf({ file: 'requirements.txt', requirements: ['-r ../other.txt'] });
  assert.match(await failure(astray), /refers to \.\.\/other\.txt, which is outside the bundle/);
});

test('a uv.lock requires exactly the locked versions', async () => {
  const lock = (numpy: string): DeclaredDependencies => ({
    file: 'uv.lock',
    root: 'model',
    packages: [
      { name: 'model', dependencies: [{ name: 'numpy', extras: [] }], extras: {} },
      { name: 'numpy', version: numpy, dependencies: [], extras: {} },
    ],
  });
  await environments().forBundle(await bundleOf(lock('1.24.2')));
  assert.match(
    await failure(await bundleOf(lock('1.24.1'))),
    /of what uv\.lock declares, numpy==1\.24\.1 is not satisfied \(1\.24\.2 is installed\)/,
  );
});

test('every Python range must hold', async () => {
  const bundle = await bundleOf(undefined, {}, [
    { range: '>=3.9', file: 'uv.lock' },
    { range: '>=4.1', file: 'pyproject.toml' },
    { range: '<3', file: '.modelops/manifest.json' },
  ]);
  assert.match(
    await failure(bundle),
    /^Cannot run the bundle in \/.*\/bin\/python: it is Python 3\.\d+\.\d+, pyproject\.toml requires >=4\.1 and \.modelops\/manifest\.json requires <3\. Let MODELOPS_PYTHON name one, or build an environment with one at \/.*\/venvs\/[0-9a-f]{32}\.$/,
  );
});

test('a failure is asked again, a success is not, and calls at the same time share one question', async () => {
  const asked = join(await make({ asked: '' }), 'asked');
  const own = await makeVenv(join(await make(), 'venv'), {
    'count.pth': `import os; open(${JSON.stringify(asked)}, "a").write(f"{os.getpid()} ")\n`,
  });
  // A virtual environment reads a .pth twice at each start. One of them asks who it is.
  const questions = async () => new Set((await readFile(asked, 'utf8')).match(/\d+/g)).size - 1;
  const { forBundle } = createEnvironments({ python: own.python, venvsFolder: join(own.folder, 'venvs') });
  const bundle = await bundleOf(project('numpy'));
  await Promise.all([
    assert.rejects(forBundle(bundle), EnvironmentFailed),
    assert.rejects(forBundle(bundle)),
  ]);
  assert.equal(await questions(), 1);

  await own.install(distInfo('numpy', '2.0'));
  await Promise.all([forBundle(bundle), forBundle(bundle)]);
  await forBundle(bundle);
  assert.equal(await questions(), 2);

  await forBundle(await bundleOf(project('numpy')));
  assert.equal(await questions(), 3, 'another bundle is another question');
  await forBundle(await bundleOf());
  await forBundle(await bundleOf(undefined, {}, [{ range: '>=3.9', file: 'pyproject.toml' }]));
  assert.equal(await questions(), 3, 'a bundle that requires nothing to be installed is no question');
});

test('a Python that cannot say what is installed fails for good', async () => {
  const own = await makeVenv(join(await make(), 'venv'), {
    'exit.pth': 'import sys; sys.exit("no licence")\n',
  });
  const { forBundle } = createEnvironments({ python: own.python, venvsFolder: join(own.folder, 'venvs') });
  await assert.rejects(
    forBundle(await bundleOf(project('numpy'))),
    (error) => error instanceof EnvironmentFailed && /exits with 1/.test(error.message),
  );
});

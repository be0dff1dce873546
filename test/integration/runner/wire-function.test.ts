import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { PythonEnvironment } from '../../../src/simulation/ports.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureRunner, localBundle, python } from './run-fixture.js';

const make = temporaryFolders();
const group = '[modelops.wire]\n';
const answers = (by: string) => `def wire(*task):\n    return {"by": "${by}"}\n`;

let runner: FixtureRunner;
/** An environment in which somebody else's wire function is installed. */
let environment: PythonEnvironment;
before(async () => {
  runner = await createFixtureRunner();
  const run = promisify(execFile);
  const { stdout } = await run(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  const folder = await make(
    below(`lib/python${stdout.trim()}/site-packages`, {
      'cala_baria.py': answers('installed'),
      'Cala.Baria-2.0.dist-info/METADATA':
        'Metadata-Version: 2.1\nName: Cala.Baria\nVersion: 2.0\n\nVersion: 3\n',
      'Cala.Baria-2.0.dist-info/entry_points.txt': `[console_scripts]\nx = y:z\n${group}# theirs\ncalabaria = cala_baria:wire [plots]\n`,
      'epi_model-0.9.dist-info/METADATA': 'Name: epi-model\nVersion: 0.9\n',
      'epi_model-0.9.dist-info/entry_points.txt': `${group}old = cala_baria:wire\n`,
      'wire.py': answers('another wire'),
      'sim.py': answers('another sim'),
      'hidden/__init__.py': '',
      'hidden/entry.py': answers('another hidden'),
    }),
  );
  await run(python, ['-m', 'venv', '--without-pip', folder]);
  environment = bareEnvironment(join(folder, 'bin', 'python3'), '3');
});
after(() => runner.close());

function below(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

const project = (rest: string, name = 'other') => `[project]\nname = "${name}"\nversion = "1"\n${rest}\n`;
const declares = '[project.entry-points."modelops.wire"]\nown = "own:functions.wire"';
const own = { 'own.py': `class functions:\n    wire = staticmethod(lambda *task: {"by": "own"})\n` };
const wirePy = { 'wire.py': answers('wire.py') };
const calabaria = { function: 'cala_baria:wire', distribution: 'Cala.Baria', version: '2.0' };
const ofBundle = (name: string) => ({ function: name, distribution: null, version: null });

const found: { what: string; files: Record<string, string>; by: string; wire: object }[] = [
  {
    what: 'that nobody declares does not answer',
    files: wirePy,
    by: 'wire.py',
    wire: ofBundle('wire.py:wire'),
  },
  {
    what: 'and a module of the same name do not answer for what the metadata names',
    files: { 'sim.py': answers('sim.py'), '.modelops/modelops.toml': '[modelops]\nwire = "sim.py:wire"' },
    by: 'sim.py',
    wire: ofBundle('sim.py:wire'),
  },
  ...['hidden', 'code', 'json'].map((folder) => ({
    what: `and what hides a folder without __init__.py, ${folder}, do not answer for a file in it`,
    files: {
      [`${folder}/entry.py`]: answers(folder),
      '.modelops/modelops.toml': `[modelops]\nwire = "${folder}/entry.py:wire"`,
    },
    by: folder,
    wire: ofBundle(`${folder}/entry.py:wire`),
  })),
  ...Object.entries({
    'in pyproject.toml': {
      'pyproject.toml': project(
        'dependencies = ["numpy>=1", "cala_baria[plots]>=1; python_version > \'3\'"]',
      ),
    },
    'in requirements.txt': {
      'requirements.txt': '# models\n-r more/models.txt\n',
      'more/models.txt': 'CALA-baria == 2.0 --hash=sha256:0',
    },
    'by address': { 'requirements.txt': 'git+https://example.org/cala.git#egg=cala_baria\n' },
    'in uv.lock': {
      'uv.lock':
        '[[package]]\nname = "other"\nsource = { virtual = "." }\ndependencies = [{ name = "cala-baria" }]\n[[package]]\nname = "cala-baria"\nversion = "2.0"\n',
    },
    'as the bundle’s own project': { 'pyproject.toml': project('', 'CALA_baria') },
  }).map(([where, files]) => ({
    what: `that is declared ${where} answers, before wire.py, as in ModelOps`,
    files: { ...wirePy, ...files } as Record<string, string>,
    by: 'installed',
    wire: calabaria,
  })),
  {
    what: 'of an older version of the bundle’s project does not answer for the one that the bundle declares',
    files: { ...own, 'pyproject.toml': project(declares, 'epi-model') },
    by: 'own',
    wire: { function: 'own:functions.wire', distribution: 'epi-model', version: '1' },
  },
  {
    what: 'competes with the bundle’s own, and what the metadata names decides',
    files: {
      ...own,
      'pyproject.toml': `${project(`dependencies = ["cala-baria"]\n${declares}`)}[tool.modelops]\nwire = "own:functions.wire"\n`,
    },
    by: 'own',
    wire: ofBundle('own:functions.wire'),
  },
];
for (const { what, files, by, wire } of found) {
  test(`an installed entry point ${what}`, async () => {
    const report = await runner.run('', { bundle: await localBundle(await make(files)), environment });
    assert.deepEqual(report.outputs, { by }, report.reason);
    assert.deepEqual(report.attestation?.wire, wire);
  });
}

test('several entry points that compete are named, with the distributions that they come from', async () => {
  const files = { ...own, 'pyproject.toml': project(`dependencies = ["cala-baria"]\n${declares}`) };
  const { outcome, error } = await runner.run('', {
    bundle: await localBundle(await make(files)),
    environment,
  });
  assert.equal(outcome, 'simulation-failed');
  assert.equal(error?.errorType, 'WireNotFound');
  assert.match(
    error?.message ?? '',
    /several.*: calabaria = cala_baria:wire \(of Cala\.Baria 2\.0\); own = own:functions\.wire \(of other 1\)\. Name the one/,
  );
});

test('what is installed and not declared is no wire function, and the failure says how one would be', async () => {
  const { error } = await runner.run('', {
    bundle: await localBundle(await make({ 'own.py': '' })),
    environment,
  });
  assert.match(
    error?.message ?? '',
    /names no wire function.*counts only when the bundle declares its distribution/,
  );
});

for (const executor of ['cold', 'forkserver', 'isolated_warm', 'direct'] as const) {
  const skip = executor === 'forkserver' && process.platform !== 'linux' && 'forkserver needs Linux';
  test(`${executor}: a bundle whose only word is an entry point in its pyproject.toml, with its code below src, is understood and told`, {
    skip,
  }, async () => {
    const report = await runner.run('src_layout', { executor });
    assert.deepEqual(report.outputs, { beta: '0.3', module: 'epi.adapter' }, report.reason);
    assert.deepEqual(report.attestation?.wire, {
      function: 'epi.adapter:run',
      distribution: 'epi',
      version: '1.2',
    });
    assert.match(report.logText, /^PID \d+: Starting task .*\nWire function: epi\.adapter:run of epi 1\.2\n/);
  });
}

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { DeclaredDependencies } from '../../../src/contracts/bundle/declared-dependencies.js';
import { checkDependencies } from '../../../src/environments/check-dependencies.js';
import { EnvironmentFailed } from '../../../src/simulation/environment-failed.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { distInfo } from '../../fixtures/environments/dist-info.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

let python: string;
before(async () => {
  ({ python } = await makeVenv(join(await make(), 'venv')));
});

/** @param installed files of what the bundle brings along */
async function check(requirements: string[], installed: Record<string, string> = {}, more: string[] = []) {
  const declared: DeclaredDependencies = {
    file: 'requirements.txt',
    requirements: [...requirements, ...more],
  };
  return checkDependencies(
    python,
    bareBundle(await make({ 'wire.py': '', ...installed }), { dependencies: [declared] }),
  );
}

const versions: [title: string, version: string, range: string, expected: boolean][] = [
  ['any version satisfies an empty range', '1.0', '', true],
  ['all clauses must hold', '2.5', '>=2, <3, !=2.5', false],
  ['a range may stand in parentheses', '2.5', ' (>=2)', true],
  ['zeros at the end make no difference', '1', '==1.0.0', true],
  ['a local part does not matter where none is asked for', '1.0+cu118', '==1.0', true],
  ['a local part does not matter to a lower end', '1.0+cu118', '>=1.0', true],
  ['a local part that is asked for must be there', '1.0+cpu', '==1.0+cu118', false],
  ['a local part that is asked for, and is there, satisfies', '1.0+cu118', '==1.0+cu118', true],
  ['the same version built otherwise is not above it', '1.0+cu118', '>1.0', false],
  ['a wildcard adds zeros', '1', '==1.0.*', true],
  ['a wildcard excludes', '1.4.2', '!=1.4.*', false],
  ['a compatible release has the same beginning', '2.2.9', '~=2.2.1', true],
  ['a compatible release has no other beginning', '2.3', '~=2.2.1', false],
  ['an installed prerelease lies between the ends of a range', '2.1rc1', '>=2,<3', true],
  ['a prerelease is not below its release', '2.0rc1', '<2.0', false],
  ['a prerelease is below a later prerelease', '2.0rc1', '<2.0rc2', true],
  ['a release is above its prerelease', '2.0', '>2.0rc1', true],
  ['a post release is not above its release', '2.0.post1', '>2.0', false],
  ['a post release is above an earlier one', '2.0.post2', '>2.0.post1', true],
  ['an epoch counts before the numbers', '1!1.0', '>=2024.1', true],
  ['arbitrary equality compares text', '2004d', '===2004D', true],
  ['arbitrary equality knows no local parts', '1.0+cu118', '===1.0', false],
  ['what is no version satisfies no range of versions', '2004d', '>=1', false],
];
test('versions are compared with ranges as PEP 440 has it', async (t) => {
  const files = versions.map(([, version], at) => distInfo(`d${at}`, version));
  const ranges = versions.map(([, , range], at) => `d${at}${range}`);
  const { satisfied, problems, unchecked } = await check(ranges, Object.assign({}, ...files));
  assert.deepEqual(unchecked, []);
  for (const [at, [title, version, range, expected]] of versions.entries()) {
    await t.test(`${title}: ${version} ${expected ? 'satisfies' : 'does not satisfy'} "${range}"`, () => {
      const is = (text: string) => /^d\d+/.exec(text)?.[0] === `d${at}`;
      assert.equal(satisfied.some(is), expected);
      assert.equal(
        problems.find(({ requirement }) => is(requirement))?.installed,
        expected ? undefined : version,
      );
    });
  }
});

const markers: [title: string, marker: string, expected: boolean][] = [
  ['versions are compared as versions', 'python_version > "3.8"', true],
  ['a version may stand on the left', '"4.0" <= python_version', false],
  ['a wildcard is one of versions', 'python_full_version == "3.*"', true],
  ['a compatible release is one of versions', 'python_version ~= "3.5"', true],
  ['text is compared as text', "sys_platform == 'win32'", false],
  ['in looks into the text', '"posi" in os_name', true],
  ['not in looks into the text', "python_version not in '2.7, 3.0'", true],
  ['and binds more tightly than or', 'os_name == "posix" or os_name == "nt" and os_name == "nt"', true],
  ['parentheses bind most tightly', '(os_name == "posix" or os_name == "nt") and os_name == "nt"', false],
  ['no extra is asked for unless one is', 'extra == "excel"', false],
];
test('a requirement is one where its marker applies', async (t) => {
  const { problems, unchecked } = await check(markers.map(([, marker], at) => `d${at} ;${marker}`));
  assert.deepEqual(unchecked, []);
  const required = new Set(problems.map(({ requirement }) => requirement));
  for (const [at, [title, marker, expected]] of markers.entries()) {
    await t.test(`${title}: ${marker} ${expected ? 'applies' : 'does not apply'}`, () => {
      assert.equal(required.has(`d${at}`), expected);
    });
  }
});

test('a requirement is named as it is written, without marker and address', async () => {
  const written = [
    'Star_Sim',
    'numpy >= 2, <3',
    'scipy (>=2)',
    'x===1.0',
    'pandas [Excel, s_3]~=2.0 ; os_name == "posix"',
    'model @ git+https://example.org/m.git@v1;x=1',
    'tzdata[x] @ https://example.org/t.whl ; os_name == "posix"',
  ];
  const { problems, unchecked } = await check(written);
  assert.deepEqual(
    problems.map(({ requirement }) => requirement),
    ['Star_Sim', 'numpy>=2,<3', 'scipy>=2', 'x===1.0', 'pandas[Excel,s_3]~=2.0', 'model', 'tzdata[x]'],
  );
  assert.deepEqual(unchecked, []);
});

test('what is no requirement by name is listed and stops nothing', async () => {
  const written = [
    './lib',
    '/opt/model',
    'lib/model',
    'git+https://example.org/m.git',
    'model-1.0-py3-none-any.whl',
    'model-1.0.tar.gz',
    'numpy 2.0',
    'numpy>=2.*',
    'numpy latest',
    'numpy>=2 ;',
    'numpy>=2 ; os_nam == "nt"',
    'numpy>=2 ; python_version',
    'numpy>=2 ; python_version >= "3" garbage',
    'numpy ; platform_system ~= "Linux"',
    'numpy-',
    'numpy[',
  ];
  assert.deepEqual(await check(written, {}, ['-e .']), {
    satisfied: [],
    problems: [],
    unchecked: ['-e .', ...written],
  });
});

test('of a URL with a name, the name must be installed, in any version', async () => {
  const written = ['model @ https://example.org/model-2.whl', 'other @ git+https://example.org/o.git'];
  assert.deepEqual(await check(written, distInfo('model', '1')), {
    satisfied: ['model'],
    problems: [{ requirement: 'other' }],
    unchecked: [],
  });
});

test('a constraint requires nothing, and narrows what is required', async () => {
  const files = { ...distInfo('numpy', '2.1'), 'narrow.txt': 'numpy<2\nscipy<2\n' };
  const report = await check(['numpy', '-c narrow.txt'], files);
  assert.deepEqual(report.satisfied, ['numpy']);
  assert.deepEqual(report.problems, [{ requirement: 'numpy<2', installed: '2.1' }]);
});

test('an extra requires what the installed distribution declares for it, and the extras of that', async () => {
  const requires = (...texts: string[]) => texts.map((text) => `Requires-Dist: ${text}`);
  const pandas = requires(
    'numpy>=1',
    'numpy>=1 ; python_version >= "3.9"',
    'openpyxl>=3.1 ; extra == "Excel_Files"',
    'pyxlsb ; extra == "Excel_Files" and sys_platform == "win32"',
    'fsspec[s3]>=1 ; extra == "Excel_Files"',
    'pandas[all] ; extra == "Excel_Files"',
    'pandas[excel-files] ; extra == "all"',
    'lxml ; extra == "all"',
    'pytest ; extra == "test"',
  );
  const report = await check(['pandas[excel.files]'], {
    ...distInfo('pandas', '2.2', ['Provides-Extra: Excel_Files', 'Provides-Extra: all', ...pandas]),
    ...distInfo('openpyxl', '3.0'),
    ...distInfo('fsspec', '1', requires('s3fs ; extra == "s3"', 'gcsfs ; extra == "gcs"')),
  });
  assert.deepEqual(report.satisfied, [
    'pandas[excel.files]',
    'fsspec[s3]>=1 (for pandas[excel-files])',
    'pandas[all] (for pandas[excel-files])',
    'pandas[excel-files] (for pandas[all])',
  ]);
  assert.deepEqual(report.problems, [
    { requirement: 'openpyxl>=3.1 (for pandas[excel-files])', installed: '3.0' },
    { requirement: 's3fs (for fsspec[s3])' },
    { requirement: 'lxml (for pandas[all])' },
  ]);
});

test('where neither pip nor ensurepip is, it is said what to install', async () => {
  // A Python that finds nothing of either: neither its own nor the one of the Python it was made with.
  const blind = await makeVenv(join(await make(), 'venv'), {
    'blind.pth': `import sys; sys.meta_path.insert(0, type("Blind", (), {"find_spec": staticmethod(lambda name, *_: (_ for _ in ()).throw(ModuleNotFoundError(name)) if name in ("pip", "ensurepip") else None)}))\n`,
  });
  const declared: DeclaredDependencies = { file: 'requirements.txt', requirements: ['numpy'] };
  const bundle = bareBundle(await make({ 'wire.py': '' }), { dependencies: [declared] });
  await assert.rejects(checkDependencies(blind.python, bundle), (error) => {
    assert.ok(error instanceof EnvironmentFailed);
    assert.equal(
      error.message,
      `Cannot read what the bundle requires with ${blind.python}: it has neither pip nor ensurepip, with which requirements are read. Install pip for it (on Debian, python3-pip).`,
    );
    return true;
  });
});

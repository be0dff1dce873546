import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDeclaration } from '../../../src/environments/read-declaration.js';
import { EnvironmentFailed } from '../../../src/simulation/environment-failed.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

async function read(requirements: string[], files: Record<string, string> = {}) {
  const path = await make(files);
  return readDeclaration(
    bareBundle(path, {
      pythonRanges: [{ range: '>=3.9', file: 'pyproject.toml' }],
      dependencies: [{ file: 'requirements.txt', requirements }],
    }),
  );
}

test('requirements of a pyproject.toml are taken as they are', async () => {
  const requirements = ['numpy>=2', 'x ; os_name == "nt"'];
  const dependencies = [{ file: 'pyproject.toml' as const, requirements }];
  assert.deepEqual(await readDeclaration(bareBundle('/nowhere', { dependencies })), {
    pythonRanges: [],
    requirements,
    constraints: [],
    options: [],
  });
});

test('files that a requirements.txt refers to are read, each once, relative to the one that refers', async () => {
  const { requirements, constraints, pythonRanges } = await read(
    ['numpy', '-r requirements/plots.txt', '-c limits.txt', '-r requirements/plots.txt'],
    {
      'requirements.txt': 'not read again',
      'requirements/plots.txt': 'matplotlib\n-r more.txt\n-r ../requirements.txt',
      'requirements/more.txt': 'pillow',
      'limits.txt': 'numpy<3\n-r also.txt',
      'also.txt': 'scipy<2',
    },
  );
  assert.deepEqual(requirements, ['numpy', 'matplotlib', 'pillow']);
  assert.deepEqual(constraints, ['numpy<3', 'scipy<2']);
  assert.deepEqual(pythonRanges, ['>=3.9']);
});

test('options are kept with the requirement that they follow', async () => {
  const { requirements, options } = await read([
    '--index-url https://x/simple',
    'numpy==2.0 \\',
    '  --hash=sha256:00',
    '-e .',
    '-r https://example.org/requirements.txt',
  ]);
  assert.deepEqual(requirements, ['numpy==2.0']);
  assert.deepEqual(options, [
    '--index-url https://x/simple',
    'numpy==2.0 --hash=sha256:00',
    '-e .',
    '-r https://example.org/requirements.txt',
  ]);
});

for (const [what, line, reason] of [
  ['is missing', '-r missing.txt', /requirements\.txt refers to missing\.txt, which does not exist/],
  ['is a folder', '-r folder', /requirements\.txt refers to folder, which is a folder/],
  [
    'is above the bundle',
    '-c ../c.txt',
    /requirements\.txt refers to \.\.\/c\.txt, which is outside the bundle/,
  ],
  ['is no path', '-r a\0b', /which is no path/],
  ['is absolute', '-r /etc/hostname', /refers to \/etc\/hostname, which is outside the bundle/],
] satisfies [string, string, RegExp][]) {
  test(`a file of requirements that ${what} fails for good, by its name`, async () => {
    await assert.rejects(read([line], { 'folder/x': '' }), (error) => {
      assert.ok(error instanceof EnvironmentFailed, String(error));
      assert.match(error.message, reason);
      return true;
    });
  });
}

test('a file of requirements that is a link out of the bundle fails for good', async () => {
  const outside = await make({ 'secret.txt': 'numpy' });
  const path = await make();
  await symlink(join(outside, 'secret.txt'), join(path, 'link.txt'));
  const dependencies = [{ file: 'requirements.txt' as const, requirements: ['-r link.txt'] }];
  await assert.rejects(
    readDeclaration(bareBundle(path, { dependencies })),
    (error) => error instanceof EnvironmentFailed && /link\.txt, which is a link out/.test(error.message),
  );
});

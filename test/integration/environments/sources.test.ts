import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectFiles } from '../../fixtures/environments/project-files.js';
import { bundleOf, fails, index, lock, make, project, run, stand, withEach, withUv } from './build-stand.js';

const has = async (python: string, ...names: string[]) => {
  await run(python, ['-I', '-c', `import ${names.join(', ')}`]);
};
const logOf = async (folder: string) => {
  const [log = ''] = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  return readFile(join(folder, log), 'utf8');
};

withEach((kind) => {
  for (const [what, files] of [
    ['is required', () => ({ 'pyproject.toml': project('mopssource', 'mopsdep==2.0') })],
    [
      'is locked',
      () => ({
        'pyproject.toml': project('mopssource', 'mopsdep'),
        'uv.lock': lock(
          [
            { name: 'mopssource', version: '1.5' },
            { name: 'mopsdep', version: '2.0' },
          ],
          ['mopssource', 'mopsdep'],
        ),
      }),
    ],
    [
      'is required with its hash',
      () => ({
        'requirements.txt': ['mopssource==1.5', 'mopsdep==2.0']
          .map((text) => `${text} --hash=${index.hashOf(...(text.split('==') as [string, string]))}\n`)
          .join(''),
      }),
    ],
    [
      'lies in the bundle',
      () => ({
        'requirements.txt': './own\nmopsdep==2.0\n',
        ...Object.fromEntries(
          Object.entries(projectFiles({ name: 'mopssource' })).map(([path, text]) => [`own/${path}`, text]),
        ),
      }),
    ],
  ] as const) {
    test(`what has a source alone is built, where it ${what}`, async () => {
      const { environments, folder } = await stand();
      const { python, project: own } = await environments.forBundle(await bundleOf(files()));
      await has(python, 'mopssource.entry', 'mopsdep');
      assert.equal(own, undefined);
      // What it is built with is another one than what it runs with.
      const { stdout } = await run(python, ['-I', '-c', 'import mopsdep; print(mopsdep.version)']);
      assert.equal(stdout, '2.0\n');
      const built = /"into":"\//.test(await logOf(folder));
      assert.equal(built, kind === 'uv');
    });
  }
});

withUv(() => {
  test('a commit and a folder of the bundle that a uv.lock names are built', async () => {
    const repository = await make(projectFiles({ name: 'mopscommit' }));
    const git = (...argv: string[]) =>
      run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...argv], { cwd: repository });
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'one');
    const commit = (await git('rev-parse', 'HEAD')).stdout.trim();
    await run('sh', ['-c', 'echo "raise SystemExit(3)" > building/backend.py'], { cwd: repository });
    await git('commit', '--quiet', '--all', '--message', 'two');
    const { environments } = await stand();
    const locked = lock([{ name: 'mopsdep', version: '1.0' }], ['mopsdep', 'mopscommit', 'mopsfolder']);
    const bundle = await bundleOf({
      'pyproject.toml': `${project('mopsdep', 'mopscommit', 'mopsfolder')}[tool.uv.sources]\nmopscommit = { git = "file://${repository}" }\nmopsfolder = { path = "folder" }\n`,
      'uv.lock': `${locked}
[[package]]
name = "mopscommit"
version = "1.5"
source = { git = "file://${repository}#${commit}" }

[[package]]
name = "mopsfolder"
version = "1.5"
source = { directory = "folder" }
`,
      ...Object.fromEntries(
        Object.entries(projectFiles({ name: 'mopsfolder' })).map(([path, text]) => [`folder/${path}`, text]),
      ),
    });
    const { python } = await environments.forBundle(bundle);
    await has(python, 'mopscommit', 'mopsfolder', 'mopsdep');
  });

  test('a source whose hash is another one is not built', async () => {
    const { environments, folder } = await stand();
    const bundle = await bundleOf({
      'pyproject.toml': project('mopssource'),
      'uv.lock': lock(
        [{ name: 'mopssource', version: '1.5', hash: index.hashOf('mopsdep', '1.0') }],
        ['mopssource'],
      ),
    });
    await assert.rejects(
      environments.forBundle(bundle),
      fails(/mopssource 1\.5 cannot be fetched: its hash is/),
    );
    assert.doesNotMatch(await logOf(folder), /build_wheel/);
  });
});

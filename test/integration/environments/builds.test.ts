import assert from 'node:assert/strict';
import { readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { writeWheels } from '../../fixtures/environments/package-index.js';
import {
  bundleOf,
  fails,
  index,
  left,
  lock,
  project,
  python,
  run,
  stand,
  versions,
  withEach,
  withUv,
} from './build-stand.js';

withEach(() => {
  test('a bundle runs with what its uv.lock fixes, and nothing of the base interpreter', async () => {
    const { environments, folder } = await stand();
    const bundle = await bundleOf({
      'pyproject.toml': project('mopsmodel'),
      'uv.lock': lock(
        [
          { name: 'mopsmodel', version: '1.0', requires: ['mopsdep'] },
          { name: 'mopsdep', version: '1.0' },
        ],
        ['mopsmodel'],
      ),
    });
    const { python: built } = await environments.forBundle(bundle);
    assert.equal(await versions(built, 'mopsmodel', 'mopsdep'), '1.0 1.0');
    await assert.rejects(versions(built, 'pip'));
    assert.deepEqual(await left(folder), ['id', 'id.log']);
  });

  test('extras and groups that a bundle names are installed, no others, with a lock and without', async () => {
    const { environments } = await stand();
    const pyproject = `${project('mopsdep')}
[project.optional-dependencies]
cli = ["mopstool"]
other = ["mopsnewer"]
[dependency-groups]
model = ["mopsmodel"]
dev = ["mopswindows"]
`;
    const chosen = { '.modelops/manifest.json': '{"extras": ["cli"], "groups": ["model"]}' };
    const locked = lock(
      [
        { name: 'mopsdep', version: '1.0' },
        { name: 'mopstool', version: '1.0' },
        { name: 'mopsmodel', version: '1.0', requires: ['mopsdep'] },
        { name: 'mopsnewer', version: '1.0' },
        { name: 'mopswindows', version: '1.0' },
      ],
      ['mopsdep'],
      {
        extras: { cli: 'mopstool', other: 'mopsnewer' },
        groups: { model: 'mopsmodel', dev: 'mopswindows' },
      },
    );
    for (const files of [{ 'uv.lock': locked }, {}] as Record<string, string>[]) {
      const all = await environments.forBundle(
        await bundleOf({ 'pyproject.toml': pyproject, ...files, ...chosen }),
      );
      assert.match(await versions(all.python, 'mopsdep', 'mopsmodel'), /^1\.\d 1\.0$/);
      assert.equal((await run(join(dirname(all.python), 'mopstool'))).stdout, 'tool\n');
      const own = await environments.forBundle(await bundleOf({ 'pyproject.toml': pyproject, ...files }));
      assert.notEqual(own.python, all.python);
      await assert.rejects(run(own.python, ['-I', '-c', 'import mopstool']));
    }
    const stale = pyproject.replace('["mopsmodel"]', '["mopsmodel>=1"]');
    await assert.rejects(
      environments.forBundle(await bundleOf({ 'pyproject.toml': stale, 'uv.lock': locked, ...chosen })),
      fails(/its uv\.lock does not fit its pyproject\.toml, it was not locked for mopsmodel>=1/),
    );
  });

  test('what is required without a lock is resolved once, and stays', async () => {
    const { environments, folder, open } = await stand();
    const bundle = await bundleOf({ 'pyproject.toml': project('mopsmodel', 'mopsdep!=1.1') });
    const { python: built } = await environments.forBundle(bundle);
    assert.equal(await versions(built, 'mopsmodel', 'mopsdep'), '1.0 1.0');
    const [resolved = ''] = (await readdir(folder)).filter((name) => name.endsWith('.resolved.txt'));
    const text = await readFile(join(folder, resolved), 'utf8');
    assert.match(text, /^mopsdep==1\.0\b/m);
    // As if the index had changed since.
    await writeFile(join(folder, resolved), 'mopsmodel==1.0\nmopsdep==1.1\n');
    await rm(built);
    await open().forBundle(bundle);
    assert.equal(await versions(built, 'mopsmodel', 'mopsdep'), '1.0 1.1');
  });

  test('what another machine was resolved to is taken, and what comes of this one is kept for all', async () => {
    const kept = new Map<string, string>();
    let first = '';
    const resolutions = async () => ({
      read: async (id: string) => kept.get(id),
      async keep(id: string, text: string) {
        if (!kept.has(id)) kept.set(id, first || text);
        return kept.get(id) ?? '';
      },
    });
    const bundle = await bundleOf({ 'pyproject.toml': project('mopsdep>=1') });
    const here = await (await stand({ resolutions })).environments.forBundle(bundle);
    assert.equal(await versions(here.python, 'mopsdep'), '2.0');
    assert.match([...kept.values()].join(), /^mopsdep==2\.0/);

    for (const id of kept.keys()) kept.set(id, 'mopsdep==1.0\n');
    const there = await (await stand({ resolutions })).environments.forBundle(bundle);
    assert.equal(await versions(there.python, 'mopsdep'), '1.0');

    kept.clear();
    first = 'mopsdep==1.1\n';
    const late = await stand({ resolutions });
    assert.equal(
      await versions((await late.environments.forBundle(bundle)).python, 'mopsdep'),
      '1.1',
      'another one was first',
    );
    assert.deepEqual(await left(late.folder), ['id', 'id.log', 'id.resolved.txt']);
  });

  test('a requirements.txt is taken with its hashes, constraints, options and files', async () => {
    const { environments } = await stand();
    const hashed = `mopsdep==1.1 --hash=${index.hashOf('mopsdep', '1.1')}`;
    const own = await environments.forBundle(await bundleOf({ 'requirements.txt': hashed }));
    assert.equal(await versions(own.python, 'mopsdep'), '1.1');
    const included = await environments.forBundle(
      await bundleOf({
        'requirements.txt': `-r more.txt\n-c limits.txt\n--extra-index-url ${index.url}\n`,
        'more.txt': 'mopsdep',
        'limits.txt': 'mopsdep<1.1',
      }),
    );
    assert.equal(await versions(included.python, 'mopsdep'), '1.0');
    const pylock = await environments.forBundle(
      await bundleOf({
        'pylock.toml': `lock-version = "1.0"\n[[packages]]\nname = "mopsdep"\nversion = "1.0"\nmarker = "python_version > '3'"\nwheels = [{ hashes = { sha256 = "${index.hashOf('mopsdep', '1.0').slice(7)}" } }]\n`,
      }),
    );
    assert.equal(await versions(pylock.python, 'mopsdep'), '1.0');
    const wrong = `mopsdep==1.0 --hash=${index.hashOf('mopsdep', '1.1')}`;
    await assert.rejects(
      environments.forBundle(await bundleOf({ 'requirements.txt': wrong })),
      fails(/from its requirements\.txt[\s\S]*hash[\s\S]*mopsdep|mopsdep[\s\S]*hash/i),
    );
  });

  test('wheels and packages that lie in the bundle are installed, and the bundle stays as it is', async () => {
    const { environments } = await stand({ indexUrl: 'http://127.0.0.1:9/simple' });
    const bundle = await bundleOf({ 'requirements.txt': '--no-index\nmopsown\n', 'wheels/.keep': '' });
    await writeWheels(join(bundle.path, 'wheels'), [{ name: 'mopsown', version: '3.0' }]);
    const { python: built } = await environments.forBundle(bundle);
    assert.equal(await versions(built, 'mopsown'), '3.0');
    assert.deepEqual((await readdir(bundle.path)).sort(), ['requirements.txt', 'wire.py', 'wheels'].sort());
    await assert.rejects(
      environments.forBundle(await bundleOf({ 'requirements.txt': '-e .' })),
      fails(/"-e \." in its requirements\.txt installs a folder as a link/),
    );
  });

  test('commands of packages are there, and find their interpreter', async () => {
    const { environments } = await stand();
    const { variables } = await environments.forBundle(
      await bundleOf({ 'pyproject.toml': project('mopstool') }),
    );
    assert.equal((await run('mopstool', [], { env: variables })).stdout, 'tool\n');
  });

  test('nothing of the app reaches a build', async () => {
    process.env.AZURE_STORAGE_CONNECTION_STRING = 'AccountKey=secret';
    const { environments, folder } = await stand({ indexUrl: undefined as never });
    const bundle = await bundleOf({
      'requirements.txt': `--index-url ${index.url.replace('//', '//user:pass@')}\n./seen\n`,
      'seen/pyproject.toml':
        '[project]\nname = "mopsseen"\nversion = "1"\n[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
      'seen/backend.py':
        'import os\nraise SystemExit("I see " + " ".join(sorted(name for name in os.environ if "AZURE" in name or "secret" in os.environ[name])) + ".")\n',
    });
    try {
      await assert.rejects(environments.forBundle(bundle), fails(/I see \./));
      const [log = ''] = (await readdir(folder)).filter((name) => name.endsWith('.log'));
      assert.doesNotMatch(await readFile(join(folder, log), 'utf8'), /user:pass/);
    } finally {
      delete process.env.AZURE_STORAGE_CONNECTION_STRING;
    }
  });
});

withUv(() => {
  test('a bundle with the lock of another tool is told what to do, or runs with what is installed', async () => {
    const { environments, folder } = await stand();
    const bundle = await bundleOf({ 'poetry.lock': '' });
    await assert.rejects(
      environments.forBundle(bundle),
      fails(/its poetry\.lock says .* Run `poetry export --output requirements\.txt` .*=installed/),
    );
    const installed = createEnvironments({ python, venvsFolder: folder });
    assert.equal((await installed.forBundle(bundle)).python, python);
  });

  test('bundles whose pins contradict each other run side by side, and those that agree share', async () => {
    const { environments, folder } = await stand();
    const one = await bundleOf({ 'pyproject.toml': project('mopsdep==1.0') });
    const same = await bundleOf({ 'pyproject.toml': project('mopsdep==1.0'), 'more.py': '' });
    const other = await bundleOf({ 'pyproject.toml': project('mopsdep==2.0') });
    const built = await Promise.all([one, other, same].map((bundle) => environments.forBundle(bundle)));
    const found = await Promise.all(built.map(({ python: each }) => versions(each, 'mopsdep')));
    assert.deepEqual(found, ['1.0', '2.0', '1.0']);
    assert.equal((await left(folder)).filter((name) => name === 'id').length, 2);
  });

  test('an environment that is damaged is built anew, one without its mark is rubbish', async () => {
    const { folder, open } = await stand();
    const bundle = await bundleOf({ 'pyproject.toml': project('mopsdep==1.0') });
    const { python: built } = await open().forBundle(bundle);
    const file = (await run(built, ['-c', 'import mopsdep; print(mopsdep.__file__)'])).stdout.trim();
    for (const damage of [
      () => truncate(file, 3),
      () => unlink(file),
      () => unlink(built),
      () => rm(join(built, '..', '..', 'cold-functions.json')),
    ]) {
      await damage();
      await writeFile(join(folder, 'other-file'), '');
      assert.equal((await open().forBundle(bundle)).python, built);
      assert.equal(await versions(built, 'mopsdep'), '1.0');
    }
    assert.deepEqual(await left(folder), ['id', 'id.log', 'id.resolved.txt', 'other-file']);
  });

  test('with MODELOPS_FORCE_FRESH_VENV each process builds once', async () => {
    const { open } = await stand({ fresh: true });
    const bundle = await bundleOf({ 'pyproject.toml': project('mopsdep==1.0') });
    const { python: built } = await open().forBundle(bundle);
    const stray = join(built, '..', 'stray');
    await writeFile(stray, '');
    const second = open();
    await second.forBundle(bundle);
    await assert.rejects(readFile(stray));
    await writeFile(stray, '');
    await second.forBundle(bundle);
    assert.equal(await readFile(stray, 'utf8'), '');
  });
});

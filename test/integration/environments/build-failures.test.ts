import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { asks, endAsked } from './asking-process.js';
import {
  bundleOf,
  fails,
  index,
  left,
  lock,
  make,
  mayPass,
  project,
  python,
  run,
  stand,
  versions,
  withEach,
} from './build-stand.js';

after(endAsked);

withEach((kind, options) => {
  for (const [what, requirement, reason] of [
    ['a package that does not exist', 'mopsnothing', /mopsnothing/],
    ['a version that does not exist', 'mopsdep==9', /mopsdep==9/],
    [
      'requirements that contradict each other',
      'mopsdep==2.0',
      /mopsmodel[\s\S]*mopsdep|mopsdep[\s\S]*mopsmodel/,
    ],
    ['a package for a newer Python', 'mopsnewer', /mopsnewer/],
    ['a wheel for another system', 'mopswindows', /mopswindows/],
  ] as const) {
    if (kind === 'pip' && requirement !== 'mopsnothing') continue;
    test(`${what} fails for good, with what was said, and is not tried again until somebody asks`, async () => {
      const { environments, open, folder } = await stand();
      const bundle = await bundleOf({ 'pyproject.toml': project('mopsmodel', requirement) });
      await assert.rejects(environments.forBundle(bundle), fails(reason));
      const [log = ''] = (await readdir(folder)).filter((name) => name.endsWith('.log'));
      await assert.rejects(
        environments.forBundle(bundle),
        fails(new RegExp(`The whole log: ${join(folder, log)}`)),
      );
      assert.match(await readFile(join(folder, log), 'utf8'), reason);
      const asked = index.asked.length;
      await assert.rejects(open().forBundle(bundle), fails(/is not tried again for the same packages/));
      assert.equal(index.asked.length, asked);
      const person = await stand({ retry: true }, folder);
      await assert.rejects(person.environments.forBundle(bundle), fails(reason));
      assert.ok(index.asked.length > asked);
      assert.deepEqual(
        (await left(folder)).filter((name) => name === 'id' || name.includes('tmp')),
        [],
      );
    });
  }

  for (const [what, locked, required, reason] of [
    [
      'a hash that is another one',
      () => ({ name: 'mopsdep', version: '1.0', hash: index.hashOf('mopsdep', '1.1') }),
      ['mopsdep'],
      /mopsdep[\s\S]*hash|hash[\s\S]*mopsdep/i,
    ],
    [
      'a wheel for another system',
      () => ({ name: 'mopswindows', version: '1.0' }),
      ['mopswindows'],
      /mopswindows/,
    ],
    [
      'less than its project requires',
      () => ({ name: 'mopsdep', version: '1.0' }),
      ['mopsdep', 'mopstool'],
      /its uv\.lock does not fit its pyproject\.toml, it was not locked for mopstool\. Run `uv lock`/,
    ],
  ] as const) {
    test(`a uv.lock with ${what} fails for good, and nothing is there afterwards`, async () => {
      const { environments, folder } = await stand();
      const one = locked();
      const bundle = await bundleOf({
        'pyproject.toml': project(...required),
        'uv.lock': lock([one], [one.name]),
      });
      await assert.rejects(environments.forBundle(bundle), fails(reason));
      assert.ok(!(await left(folder)).some((name) => name === 'id' || name.includes('tmp')));
    });
  }

  test('a release that was withdrawn is installed where it is pinned, with a warning, and passed over else', async () => {
    const { environments, folder } = await stand();
    const pinned = await environments.forBundle(
      await bundleOf({ 'pyproject.toml': project('mopsyanked==1.1') }),
    );
    assert.equal(await versions(pinned.python, 'mopsyanked'), '1.1');
    const [log = ''] = (await readdir(folder)).filter((name) => name.endsWith('.log'));
    assert.match(await readFile(join(folder, log), 'utf8'), /yanked[\s\S]*it loses data/);
    const range = await environments.forBundle(await bundleOf({ 'pyproject.toml': project('mopsyanked') }));
    assert.equal(await versions(range.python, 'mopsyanked'), '1.0');
  });

  test('a disk that is full is tried again later, and then works', async (t) => {
    const folder = join(await make(), 'venvs');
    await mkdir(folder);
    const mounted = await run('/bin/mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]).then(
      () => true,
      () => false,
    );
    if (!mounted) return t.skip('only root can mount a small disk');
    // Lazily: what looks after leases may still have a file open there, for a moment.
    t.after(() => run('/bin/umount', ['--lazy', folder]));
    const { environments } = await stand({}, folder);
    const other = await asks({
      python,
      venvsFolder: folder,
      build: {
        ...options(),
        indexUrl: index.url,
        extraIndexUrls: [],
        limitBytes: 2 ** 40,
        fresh: false,
        retry: false,
      },
      bundle: await bundleOf({ 'pyproject.toml': project('mopsdep==1.0') }),
    }).done;
    assert.ok(existsSync(other));
    await rm(join(folder, 'leases'), { recursive: true });
    const bundle = await bundleOf({ 'pyproject.toml': project('mopslarge') });
    await assert.rejects(
      environments.forBundle(bundle),
      mayPass(/No space left on device|the disk of \S+ is full/),
    );
    assert.deepEqual(
      (await left(folder)).filter((name) => name === 'id' || name.includes('tmp')),
      [],
    );
    assert.ok(!existsSync(other), 'what nobody uses has made room');
    await run('/bin/mount', ['-o', 'remount,size=256m', folder]);
    const again = await stand({ retry: true }, folder);
    const { python: built } = await again.environments.forBundle(bundle);
    await run(built, ['-I', '-c', 'import mopslarge']);
  });

  for (const [what, answers] of [
    ['never answers', (path: string) => (path.startsWith('/files') ? 'never' : 'well')],
    ['answers 500', (path: string) => (path.startsWith('/files') ? 'well' : 500)],
    ['breaks off in a file', (path: string) => (path.startsWith('/files') ? 'cut off' : 'well')],
  ] as const) {
    // pip takes what was cut off for another file, with another hash.
    if (kind === 'pip' && what === 'breaks off in a file') continue;
    test(`an index that ${what} is tried again later, and then works`, async () => {
      // What uv has in its cache it does not ask for.
      process.env.UV_CACHE_DIR = await make();
      process.env.PIP_CACHE_DIR = process.env.UV_CACHE_DIR;
      process.env.UV_HTTP_TIMEOUT = '2';
      process.env.PIP_DEFAULT_TIMEOUT = '2';
      const { environments, folder } = await stand();
      const bundle = await bundleOf({ 'pyproject.toml': project('mopsdep') });
      index.answers = answers;
      try {
        await assert.rejects(environments.forBundle(bundle), mayPass(/Cannot build the environment/));
      } finally {
        index.answers = () => 'well';
      }
      const asked = index.asked.length;
      await assert.rejects(environments.forBundle(bundle), mayPass(/it is tried again soon/));
      assert.equal(index.asked.length, asked);
      const [failure = ''] = (await readdir(folder)).filter((name) => name.endsWith('.failed.json'));
      const known = JSON.parse(await readFile(join(folder, failure), 'utf8'));
      await writeFile(join(folder, failure), JSON.stringify({ ...known, at: known.at - 15_000 }));
      const { python: built } = await environments.forBundle(bundle);
      assert.equal(await versions(built, 'mopsdep'), '2.0');
      assert.deepEqual(await left(folder), ['id', 'id.log', 'id.resolved.txt']);
      for (const name of ['UV_CACHE_DIR', 'PIP_CACHE_DIR', 'UV_HTTP_TIMEOUT', 'PIP_DEFAULT_TIMEOUT'])
        delete process.env[name];
    });
  }

  test('an index that wants a password fails for good', async () => {
    process.env.UV_CACHE_DIR = await make();
    const { environments } = await stand();
    index.answers = () => 401;
    try {
      const bundle = await bundleOf({ 'pyproject.toml': project('mopsdep') });
      await assert.rejects(environments.forBundle(bundle), fails(/mopsdep/));
    } finally {
      index.answers = () => 'well';
      delete process.env.UV_CACHE_DIR;
    }
  });
});

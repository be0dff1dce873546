import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  bundleOf,
  fails,
  index,
  left,
  make,
  mayPass,
  project,
  stand,
  versions,
  withEach,
} from './build-stand.js';

withEach((kind) => {
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

  for (const [what, answers] of [
    ['answers 500', (path: string) => (path.startsWith('/files') ? 'well' : 500)],
    ['breaks off in a file', (path: string) => (path.startsWith('/files') ? 'cut off' : 'well')],
  ] as const) {
    // pip takes what was cut off for another file, with another hash.
    if (kind === 'pip' && what !== 'answers 500') continue;
    test(`an index that ${what} is tried again later, and then works`, async () => {
      // What uv has in its cache it does not ask for.
      process.env.UV_CACHE_DIR = await make();
      process.env.PIP_CACHE_DIR = process.env.UV_CACHE_DIR;
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
      delete process.env.UV_CACHE_DIR;
      delete process.env.PIP_CACHE_DIR;
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

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { projectFiles } from '../../fixtures/environments/project-files.js';
import { createFixtureRunner } from '../runner/run-fixture.js';
import { bundleOf, fails, index, left, lock, make, project, stand, withEach } from './build-stand.js';

/** Each of the app's secrets, as it can be found in text. */
const canaries = {
  password: 'canary-of-the-index',
  token: 'canary-of-github',
  proxy: 'canary-of-the-proxy',
  storage: 'canary-of-storage',
};
const words = [
  ...Object.values(canaries),
  ...[`user:${canaries.password}`, `x-access-token:${canaries.token}`].map((text) =>
    Buffer.from(text).toString('base64'),
  ),
];
const planted = {
  GITHUB_TOKEN: canaries.token,
  HTTPS_PROXY: `http://user:${canaries.proxy}@127.0.0.1:9`,
  AZURE_STORAGE_CONNECTION_STRING: `AccountKey=${canaries.storage}`,
};
/** Writes all that it can see to where it would be found. */
const tells = `
import glob
print("I SEE", dict(os.environ))
above = os.path.dirname(os.environ["HOME"])
for path in glob.glob(above + "/*netrc*") + glob.glob(os.environ["HOME"] + "/.*"):
    print("I SEE", path, open(path).read() if os.path.isfile(path) else "")
with open("src/" + NAME + "/seen.py", "w") as file:
    file.write("SEEN = " + repr(dict(os.environ)))`;

let cache: string;
before(async () => {
  Object.assign(process.env, planted);
  cache = await make();
  process.env.UV_CACHE_DIR = cache;
  process.env.PIP_CACHE_DIR = cache;
});
after(() => {
  for (const name of [...Object.keys(planted), 'UV_CACHE_DIR', 'PIP_CACHE_DIR']) delete process.env[name];
});
afterEach(() => {
  index.login = undefined;
  for (const name of ['MODELOPS_BUILD_SECRET_INDEX', 'NETRC']) delete process.env[name];
});

/** Files below a folder that hold a canary. */
async function telling(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isFile()) continue;
    const text = await readFile(path, 'latin1');
    if (words.some((word) => text.includes(word))) found.push(path);
  }
  return found;
}

const ways: [string, () => Promise<void>][] = [
  [
    'an address in a setting',
    async () => {
      process.env.MODELOPS_BUILD_SECRET_INDEX = index.url.replace('//', `//user:${canaries.password}@`);
    },
  ],
  [
    'the text of a netrc file in a setting',
    async () => {
      process.env.MODELOPS_BUILD_SECRET_INDEX = `machine 127.0.0.1 login user password ${canaries.password}`;
    },
  ],
  [
    'a netrc file',
    async () => {
      process.env.NETRC = join(await make(), 'netrc');
      await writeFile(process.env.NETRC, `machine 127.0.0.1\nlogin user\npassword ${canaries.password}\n`, {
        mode: 0o600,
      });
    },
  ],
];

withEach((kind) => {
  for (const [way, plant] of ways)
    test(`a private index is open to downloads alone, by ${way}`, async () => {
      index.login = `user:${canaries.password}`;
      const { environments, folder } = await stand();
      const bundle = await bundleOf({
        ...projectFiles({
          requires: ['mopsdep==1.0'],
          first: tells,
          project: 'dependencies = ["mopsmodel"]',
        }),
        'uv.lock': lock(
          [
            { name: 'mopsmodel', version: '1.0', requires: ['mopsdep'] },
            { name: 'mopsdep', version: '1.1' },
            // pip is given no secret for what it would build.
            ...(kind === 'uv' ? [{ name: 'mopssource', version: '1.5' }] : []),
          ],
          ['mopsmodel', ...(kind === 'uv' ? ['mopssource'] : [])],
        ).replaceAll('"model"', '"mopsproject"'),
        'pyproject.toml': projectFiles({
          requires: ['mopsdep==1.0'],
          project: `dependencies = ["mopsmodel"${kind === 'uv' ? ', "mopssource"' : ''}]`,
        })['pyproject.toml'] as string,
      });
      await plant();
      const environment = await environments.forBundle(bundle);
      assert.deepEqual(await telling(folder), []);
      assert.deepEqual(await telling(cache), []);
      assert.match(await readFile(await logOf(folder), 'utf8'), /I SEE/);

      const runner = await createFixtureRunner();
      try {
        const files = {
          'wire.py': 'import os\ndef wire(*task):\n    return {"seen": repr(dict(os.environ))}\n',
        };
        const { outputs } = await runner.run('', { bundle: await bundleOf(files), environment });
        for (const word of words) assert.ok(!outputs.seen?.includes(word), word);
      } finally {
        await runner.close();
      }
    });

  test('an index that is not opened fails, and nothing of a secret is in what is said', async () => {
    index.login = 'user:another';
    // What uv has in its cache it does not ask for.
    process.env.UV_CACHE_DIR = await make();
    process.env.MODELOPS_BUILD_SECRET_INDEX = index.url.replace('//', `//user:${canaries.password}@`);
    const { environments, folder } = await stand();
    const bundle = await bundleOf({
      'pyproject.toml': project('mopsdep'),
      'uv.lock': lock([{ name: 'mopsdep', version: '1.0' }], ['mopsdep']),
    });
    await assert.rejects(environments.forBundle(bundle), (error: Error) => {
      for (const word of words) assert.ok(!error.message.includes(word), word);
      return fails(/mopsdep|401/)(error);
    });
    process.env.UV_CACHE_DIR = cache;
    assert.deepEqual(await telling(folder), []);
    assert.deepEqual(
      (await left(folder)).filter((name) => name.includes('tmp')),
      [],
    );
  });

  test('a build that repeats what it should not know has it hidden in the log and in its reason', async () => {
    const { environments, folder } = await stand();
    const bundle = await bundleOf(projectFiles({ first: `raise SystemExit("${canaries.token}!")` }));
    await assert.rejects(environments.forBundle(bundle), fails(/…!/));
    assert.deepEqual(await telling(folder), []);
  });
});

async function logOf(folder: string): Promise<string> {
  const [log = ''] = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  return join(folder, log);
}

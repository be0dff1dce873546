import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { readDeclarations } from '../../src/bundles/metadata/read-declarations.js';
import { createEnvironments } from '../../src/environments/create-environments.js';
import { listEnvironments } from '../../src/environments/list-environments.js';
import { bareBundle } from '../fixtures/bundles/bare-bundle.js';
import { findUv } from '../fixtures/environments/find-uv.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';

const run = promisify(execFile);
const make = temporaryFolders();
const uv = await findUv();
after(async () => {
  if (uv.fetchedTo) await rm(uv.fetchedTo, { recursive: true });
});

test('numpy and pandas come from a uv.lock, in the versions that it fixes', async (t) => {
  if ('lacking' in uv) return t.skip(uv.lacking);
  const folder = await make({
    'wire.py': '',
    'pyproject.toml':
      '[project]\nname = "model"\nversion = "0.1"\nrequires-python = ">=3.9"\ndependencies = ["numpy<2.1", "pandas<2.3"]\n',
  });
  try {
    await run(uv.path, ['lock', '--project', folder], { timeout: 120_000 });
  } catch (error) {
    return t.skip(`the index does not answer: ${String(error).split('\n')[0]}`);
  }
  const declared = await readDeclarations(folder, (what) => new Error(what));
  const environments = createEnvironments({
    python: 'python3',
    venvsFolder: join(await make(), 'venvs'),
    build: { uv: uv.path, extraIndexUrls: [], limitBytes: 2 ** 40, fresh: false, retry: false },
  });
  const begun = performance.now();
  const { python } = await environments.forBundle(bareBundle(folder, declared));
  t.diagnostic(`built in ${Math.round(performance.now() - begun)} ms`);
  const code =
    'import numpy, pandas; print(numpy.__version__, pandas.DataFrame({"a": numpy.arange(3)}).a.sum())';
  const { stdout } = await run(python, ['-I', '-c', code]);
  assert.match(stdout, /^(1\.\d+|2\.0)\.\d+ 3\n$/);
});

for (const [what, requirements, code, said] of [
  [
    'a numba model',
    ['numba'],
    'import numba\n@numba.njit\ndef f(n):\n    return n + 1\nprint(f(2))',
    /^3\n$/,
  ],
  [
    'starsim',
    ['starsim'],
    'import starsim as ss; sim = ss.Sim(diseases="sir", networks="random", n_agents=200, verbose=0); sim.run(); print("ran")',
    /ran\n$/,
  ],
] as const) {
  test(`${what} runs in an environment that was resolved, by uv and again by pip with the same versions`, async (t) => {
    if ('lacking' in uv) return t.skip(uv.lacking);
    const folder = await make({
      'wire.py': '',
      'pyproject.toml': `[project]\nname = "model"\nversion = "0.1"\nrequires-python = ">=3.9"\ndependencies = ${JSON.stringify(requirements)}\n`,
    });
    const declared = await readDeclarations(folder, (what) => new Error(what));
    const kept = new Map<string, string>();
    const resolutions = async () => ({
      read: async (id: string) => kept.get(id),
      async keep(id: string, text: string) {
        if (!kept.has(id)) kept.set(id, text);
        return kept.get(id) ?? text;
      },
    });
    const versions: object[] = [];
    for (const build of [{ uv: uv.path }, {}]) {
      const venvsFolder = join(await make(), 'venvs');
      const environments = createEnvironments({
        python: 'python3',
        venvsFolder,
        build: { ...build, resolutions, extraIndexUrls: [], limitBytes: 2 ** 40, fresh: false, retry: false },
      });
      const begun = performance.now();
      const { python } = await environments.forBundle(bareBundle(folder, declared));
      const [listed] = await listEnvironments(venvsFolder);
      t.diagnostic(`built by ${listed?.installer} in ${Math.round(performance.now() - begun)} ms`);
      assert.match((await run(python, ['-I', '-c', code], { timeout: 120_000 })).stdout, said);
      versions.push(listed?.distributions ?? {});
    }
    assert.deepEqual(versions[0], versions[1]);
  });
}

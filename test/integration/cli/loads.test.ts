import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const main = join(packageRoot, 'dist', 'cli', 'main.js');

/** The packages that a command loads, as V8 writes down what it has compiled; in a bundle there stands above each part of which file it is. */
async function packagesOf(...args: string[]): Promise<{ exitCode: number | undefined; packages: string[] }> {
  const coverage = await make();
  const { exitCode } = await execa(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH, NODE_V8_COVERAGE: coverage },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  });
  const scripts = new Set<string>();
  for (const name of await readdir(coverage)) {
    const { result } = JSON.parse(await readFile(join(coverage, name), 'utf8'));
    for (const { url } of result) if (url.startsWith('file:')) scripts.add(fileURLToPath(url));
  }
  const files = [...scripts];
  for (const script of scripts)
    for (const [, file = ''] of (await readFile(script, 'utf8')).matchAll(/^\/\/ (\S+)$/gm)) files.push(file);
  assert.ok(files.includes('src/cli/create-program.ts'), 'it was watched');
  const packages = files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return { exitCode, packages: [...new Set(packages)].sort() };
}

const quick: [what: string, args: string[], exitCode: number][] = [
  ['the version', ['--version'], 0],
  ['help', ['--help'], 0],
  ['help of a command', ['submit', '--help'], 0],
  ['help of a group', ['deploy', '--help'], 0],
  ['help in a group', ['deploy', 'cost', '--help'], 0],
  ['a command that there is not', ['sumbit'], 2],
  ['an option that there is not', ['fetch', 'job', '--tos', 'x'], 2],
  ['an argument that is missing', ['watch'], 2],
  ['a second argument that is missing', ['compare', 'job'], 2],
  ['a share that cannot be', ['reproduce', 'job', '--sample', '0%'], 2],
  ['an option that is missing', ['bench'], 2],
  ['a value that cannot be', ['deploy', 'cost', '--tasks', 'many'], 2],
];
for (const [what, args, expected] of quick) {
  test(`mops-cold answers with nothing loaded but commander: ${what}`, async () => {
    assert.deepEqual(await packagesOf(...args), { exitCode: expected, packages: ['commander'] });
  });
}

test('a command that needs no storage loads no client of storage', async () => {
  const { exitCode, packages } = await packagesOf('deploy', 'cost');
  assert.equal(exitCode, 0);
  assert.deepEqual(
    packages.filter((name) => name.startsWith('@azure/')),
    [],
  );
});

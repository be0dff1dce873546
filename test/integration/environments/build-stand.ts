import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { promisify } from 'node:util';
import { readDeclarations } from '../../../src/bundles/metadata/read-declarations.js';
import type { BuildOptions } from '../../../src/environments/build/build-options.js';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { findPython } from '../../../src/environments/find-python.js';
import { defaultSandbox } from '../../../src/runner/process/sandbox.js';
import { EnvironmentFailed } from '../../../src/simulation/environment-failed.js';
import type { LocalBundle } from '../../../src/simulation/ports.js';
import { findUv } from '../../fixtures/environments/find-uv.js';
import { type PackageIndex, startPackageIndex } from '../../fixtures/environments/package-index.js';
import { projectFiles } from '../../fixtures/environments/project-files.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

export const run = promisify(execFile);
export const make = temporaryFolders();
const path = process.env.PATH;
export let index: PackageIndex;
export let python: string;
let chosen: { uv?: string } = {};
/** What is set of the installer. */
export const options = () => chosen;
const uv = await findUv();
after(async () => {
  if (uv.fetchedTo) await rm(uv.fetchedTo, { recursive: true });
});
// A test waits for no second try of theirs.
process.env.UV_HTTP_RETRIES = '0';
process.env.PIP_RETRIES = '0';

before(async () => {
  ({ python } = await findPython('python3'));
  index = await startPackageIndex(await make(), [
    { name: 'mopsdep', version: '1.0' },
    { name: 'mopsdep', version: '1.1' },
    { name: 'mopsdep', version: '2.0' },
    { name: 'mopsmodel', version: '1.0', requires: ['mopsdep>=1,<2'] },
    {
      name: 'mopstool',
      version: '1.0',
      scripts: { mopstool: 'mopstool:main' },
      code: 'def main(): print("tool")\n',
    },
    {
      name: 'mopssource',
      version: '1.5',
      sdist: projectFiles({ name: 'mopssource', requires: ['mopsdep==1.0'] }),
    },
    { name: 'mopsnewer', version: '1.0', requiresPython: '>=3.99' },
    { name: 'mopsyanked', version: '1.0' },
    { name: 'mopsyanked', version: '1.1', yanked: 'it loses data' },
    { name: 'mopslarge', version: '1.0', files: { 'mopslarge/data': 'x'.repeat(16 * 1024 * 1024) } },
    { name: 'mopswindows', version: '1.0', tag: 'cp311-cp311-win_amd64' },
  ]);
});
after(() => index.close());

let digests = 0;
export async function bundleOf(files: Record<string, string>): Promise<LocalBundle> {
  const folder = await make({ 'wire.py': '', ...files });
  digests += 1;
  const declared = await readDeclarations(folder, (what) => new Error(what));
  return { path: folder, digest: `sha256:${String(digests).padStart(64, '0')}`, ...declared };
}
export const project = (...requirements: string[]) =>
  `[project]\nname = "model"\nversion = "0.1"\nrequires-python = ">=3.9"\ndependencies = ${JSON.stringify(requirements)}\n`;

/** A uv.lock as uv writes it. */
export function lock(
  packages: { name: string; version: string; requires?: string[]; hash?: string }[],
  requiresDist: string[],
  more: { extras?: Record<string, string>; groups?: Record<string, string> } = {},
): string {
  const edges = (names: string[]) => names.map((name) => `{ name = "${name}" }`).join(', ');
  const locked = packages.map(
    ({ name, version, requires = [], hash = index.hashOf(name, version) }) => `
[[package]]
name = "${name}"
version = "${version}"
source = { registry = "${index.url}" }
dependencies = [${edges(requires)}]
${files(index.addressOf(name, version), hash)}
`,
  );
  const distOf = (text: string, marker = '') => {
    const [, name, specifier] = /^([a-z]+)(.*)$/.exec(text) ?? [];
    return `{ name = "${name}"${specifier ? `, specifier = "${specifier}"` : ''}${marker} }`;
  };
  const nameOf = (text: string) => /^[a-z]+/.exec(text)?.[0] ?? '';
  const tableOf = (all: Record<string, string> = {}, entry: (text: string) => string) =>
    Object.entries(all)
      .map(([name, text]) => `${name} = [${entry(text)}]`)
      .join('\n');
  const dist = [
    ...requiresDist.map((text) => distOf(text)),
    ...Object.entries(more.extras ?? {}).map(([extra, text]) =>
      distOf(text, `, marker = "extra == '${extra}'"`),
    ),
  ];
  return `version = 1
revision = 3
requires-python = ">=3.9"
${locked.join('')}
[[package]]
name = "model"
version = "0.1"
source = { virtual = "." }
dependencies = [${edges(requiresDist.map(nameOf))}]
[package.optional-dependencies]
${tableOf(more.extras, (text) => edges([nameOf(text)]))}
[package.dev-dependencies]
${tableOf(more.groups, (text) => edges([nameOf(text)]))}
[package.metadata]
requires-dist = [${dist.join(', ')}]
provides-extras = ${JSON.stringify(Object.keys(more.extras ?? {}))}
[package.metadata.requires-dev]
${tableOf(more.groups, (text) => distOf(text))}
`;
}

export async function stand(more: Partial<BuildOptions> = {}, venvsFolder?: string, interpreter = python) {
  const folder = venvsFolder ?? join(await make(), 'venvs');
  const open = () =>
    createEnvironments({
      python: interpreter,
      venvsFolder: folder,
      build: {
        ...chosen,
        indexUrl: index.url,
        extraIndexUrls: [],
        limitBytes: 2 ** 40,
        fresh: false,
        retry: false,
        sandbox: defaultSandbox,
        ...more,
      },
    });
  return { folder, open, environments: open() };
}

export async function versions(interpreter: string, ...names: string[]): Promise<string> {
  const code = `import ${names.join(', ')}; print(${names.map((name) => `${name}.version`).join(', ')})`;
  return (await run(interpreter, ['-I', '-c', code])).stdout.trim();
}
export const fails = (reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof EnvironmentFailed, String(error));
  assert.match(error.message, reason);
  return true;
};
export const mayPass = (reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error && !(error instanceof EnvironmentFailed), String(error));
  assert.match(error.message, reason);
  return true;
};
/** What is in the folder of environments, which need not exist, but for locks that are given back, and that of bytecode, which is made beside. */
export const left = async (folder: string) =>
  (await readdir(folder).catch(() => []))
    .filter((name) => name !== 'leases' && !name.endsWith('.bytecode.lock'))
    .map((name) => name.replace(/^[0-9a-f]{32}/, 'id'))
    .sort();

function files(url: string, hash: string): string {
  const file = `{ url = "${url}", hash = "${hash}" }`;
  return url.endsWith('.whl') ? `wheels = [${file}]` : `sdist = ${file}`;
}

/** PATH without uv, and with a Python that has no module of that name, so that pip is taken. */
async function withoutUv(): Promise<void> {
  const bin = join(await make(), 'bin');
  await mkdir(bin);
  for (const tool of ['cp', 'du']) await symlink((await run('which', [tool])).stdout.trim(), join(bin, tool));
  const found = await run(python, ['-I', '-c', 'import importlib.util as u; print(u.find_spec("uv"))']);
  process.env.PATH = bin;
  if (found.stdout.trim() === 'None') return symlink(python, join(bin, 'python3'));
  const own = join(await make(), 'own');
  await run(python, ['-I', '-m', 'venv', own]);
  process.env.PATH = `${bin}:${join(own, 'bin')}`;
}

/** What holds whoever installs: uv, or pip where there is none. */
export function withEach(tests: (kind: 'uv' | 'pip', options: () => { uv?: string }) => void): void {
  withUv(() => tests('uv', options));
  describe('with pip', () => {
    before(withoutUv);
    after(() => {
      process.env.PATH = path;
    });
    tests('pip', options);
  });
}

export function withUv(tests: () => void): void {
  describe('with uv', { skip: 'lacking' in uv ? uv.lacking : false }, () => {
    before(() => {
      chosen = 'path' in uv ? { uv: uv.path } : {};
    });
    after(() => {
      chosen = {};
    });
    tests();
  });
}

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/package/package-root.js';

interface Locked {
  version: string;
  integrity?: string;
  license?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}
type Pins = Record<string, string>;

const read = (...path: string[]) => readFileSync(join(packageRoot, ...path), 'utf8');
const { dependencies, devDependencies, scripts } = JSON.parse(read('package.json')) as {
  dependencies: Pins;
  devDependencies: Pins;
  scripts: Record<string, string>;
};
const { '': _itself, ...locked } = (
  JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
).packages;
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const page = read('CONTRIBUTING.md');

test('every package is pinned exactly, and the lock knows what it is by its hash', () => {
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    assert.match(version, /^(?:npm:[@\w/.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/, name);
  for (const [path, { integrity }] of Object.entries(locked)) assert.match(integrity ?? '', /^sha512-/, path);
});

test('packages with scripts to be run when they are installed are listed, are in no app, and nothing runs them', () => {
  const withScripts = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript);
  const table = page.slice(page.indexOf('These bring scripts'), page.indexOf('Before a version is changed'));
  const listed = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual([...new Set(withScripts.map(([path]) => nameOf(path)))].sort(), listed);
  assert.deepEqual(
    withScripts.filter(([, { dev }]) => !dev).map(([path]) => path),
    [],
  );
  const workflows = readdirSync(join(packageRoot, '.github', 'workflows')).map((name) => [
    '.github',
    'workflows',
    name,
  ]);
  for (const place of [...workflows, ['infra', 'Dockerfile']]) {
    const installs = read(...place).match(/npm ci\b.*/g) ?? [];
    for (const line of installs) assert.match(line, /--ignore-scripts/, place.join('/'));
  }
  assert.match(read('src', 'package', 'setup.mjs'), /\['--ignore-scripts'/);
});

test('every package is used', () => {
  const sources = (...folders: string[]) =>
    folders.flatMap((folder) =>
      readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:ts|mjs|sh)$|^run$/.test(name))
        .map((name) => read(folder, name)),
    );
  const ofApp = sources('functions', 'src').join('\n');
  const others = [...sources('test', '.ci'), read('.dependency-cruiser.mjs'), read('tsconfig.json')];
  const everywhere = [ofApp, ...others, ...Object.values(scripts)].join('\n');
  const imports = (text: string, name: string) =>
    new RegExp(`(?:from|import|import\\(|require\\(|url\\)\\(|resolve\\() ?['"]${name}(?:/[^'"]*)?['"]`).test(
      text,
    );
  const isUsed = (name: string): boolean => {
    if (imports(everywhere, name)) return true;
    if (name.startsWith('@types/')) {
      const typed = name.slice('@types/'.length);
      return typed === 'node' || typed in dependencies || typed in devDependencies;
    }
    // A tool is called by one of its commands, or named by the configuration of another one.
    const { bin = {} } = JSON.parse(read('node_modules', name, 'package.json')) as { bin?: string | object };
    const commands = typeof bin === 'string' ? [nameOf(name)] : Object.keys(bin);
    return commands.some((command) => new RegExp(`(?<![\\w-])${command}(?![\\w-])`).test(everywhere));
  };
  for (const name of Object.keys(dependencies)) assert.ok(imports(ofApp, name), `no source imports ${name}`);
  for (const name of Object.keys(devDependencies))
    if (name !== '@swc/core') assert.ok(isUsed(name), `nothing uses ${name}`);
  // dependency-cruiser reads TypeScript by it.
  assert.match(read('.dependency-cruiser.mjs'), /parser: 'swc'/);
});

test('no package of ours is in an app in two versions', () => {
  for (const name of Object.keys(dependencies)) {
    const places = Object.entries(locked).filter(([path, { dev }]) => nameOf(path) === name && !dev);
    assert.deepEqual(
      places.map(([path]) => path),
      [`node_modules/${name}`],
    );
  }
});

test('what an app is made of has a licence that lets it be given on', () => {
  const allowed = [
    ...(/a licence among ([^.]*(?:\.\d[^.]*)*)\./.exec(page)?.[1] ?? '').matchAll(/`([^`]+)`/g),
  ].map(([, name]) => name);
  assert.ok(allowed.includes('MIT') && allowed.includes('BlueOak-1.0.0'), String(allowed));
  for (const [path, { license = '', dev }] of Object.entries(locked))
    if (!dev)
      assert.ok(
        license
          .replace(/[()]/g, '')
          .split(/ (?:OR|AND) /)
          .every((name) => allowed.includes(name)),
        `${path}: ${license}`,
      );
});

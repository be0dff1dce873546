// npm run build: compiles the package in a folder of its own below .builds, named for what it is made of, bundles what the
// Functions host loads (bundle.mjs), and has `dist` lead there. Such a folder is a whole package (sources, Python, host.json, dist) and never changes: what runs from it, workers that
// are started later too, keeps the build that it began with. Where nothing has changed, nothing is built.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { builds, root, usersOf } from './builds.mjs';

const parts = [
  ...['functions', 'infra', 'src', 'test', '.ci', '.github'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'host.json', 'local.settings.json', 'biome.json'],
  ...['.dependency-cruiser.mjs', '.dockerignore', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
];
/** Tests do not tell that they use a build, and none takes as long. */
const keptMs = 2 * 3_600_000;

process.exitCode = build() ? 0 : 1;

function build() {
  const unfinished = join(builds, `unfinished-${process.pid}`);
  try {
    fs.mkdirSync(unfinished, { recursive: true });
    // Named for the copy, not for what is copied: an edit meanwhile belongs to the next build.
    const name = copyInto(unfinished);
    const folder = join(builds, name);
    if (!fs.existsSync(folder)) {
      fs.symlinkSync(join('..', '..', 'node_modules'), join(unfinished, 'node_modules'));
      if (!compile(unfinished)) return false;
      moveUnlessThere(unfinished, folder);
    }
    fs.utimesSync(folder, new Date(), new Date());
    lead(join(root, 'dist'), join('.builds', name, 'dist'));
    for (const old of fs.readdirSync(builds)) if (old !== name) removeIfUnused(join(builds, old));
    return true;
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
}

/** @returns the hash of everything that was copied */
function copyInto(folder) {
  const hash = createHash('sha256');
  const copy = (path) => {
    const from = join(root, path);
    const { mode, isFolder } = kindOf(from);
    if (isFolder) {
      fs.mkdirSync(join(folder, path));
      for (const name of fs.readdirSync(from).sort()) if (name !== '__pycache__') copy(join(path, name));
    } else {
      const content = fs.readFileSync(from);
      hash.update(`${path}\0${mode & 0o111}\0${content.length}\0`).update(content);
      fs.writeFileSync(join(folder, path), content, { mode });
    }
  };
  for (const part of parts) if (fs.existsSync(join(root, part))) copy(part);
  return hash.digest('hex').slice(0, 16);
}

function kindOf(path) {
  const stat = fs.statSync(path);
  return { mode: stat.mode, isFolder: stat.isDirectory() };
}

function compile(folder) {
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  const bundler = join(folder, 'src', 'package', 'bundle.mjs');
  // What runs in a browser has other globals.
  const page = join('src', 'results', 'report', 'page');
  if (!run(folder, compiler) || !run(folder, compiler, '-p', page)) return false;
  if (!run(folder, process.execPath, bundler)) return false;
  fs.chmodSync(join(folder, 'dist', 'cli', 'main.js'), 0o755);
  return true;
}

function run(folder, command, ...argv) {
  const { status, error } = spawnSync(command, argv, { cwd: folder, stdio: 'inherit' });
  if (error) process.stderr.write(`Cannot build: ${error.message}. Install the packages: npm run setup.\n`);
  return status === 0;
}

/** Another build of the same may have come first. */
function moveUnlessThere(from, to) {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}

/** Makes a link lead elsewhere, in one step: there is no moment without it. */
function lead(link, target) {
  const current = fs.lstatSync(link, { throwIfNoEntry: false });
  if (current?.isSymbolicLink() && fs.readlinkSync(link) === target) return;
  if (current?.isDirectory()) fs.renameSync(link, join(builds, `before-${process.pid}`)); // built without this script
  const next = join(builds, `next-${process.pid}`);
  fs.symlinkSync(target, next);
  fs.renameSync(next, link);
}

function removeIfUnused(folder) {
  const { mtimeMs } = fs.statSync(folder, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
  if (Date.now() - mtimeMs < keptMs || usersOf(folder).length > 0) return;
  fs.rmSync(folder, { recursive: true, force: true });
}

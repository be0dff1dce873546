// npm run setup: installs the packages of package-lock.json, unless they are there. By content: a lock file that was only written
// again, as in a new worktree, asks for nothing. `npm ci` removes what is there first, so it is not run under something that uses it.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { builds, root, usersOf } from './builds.mjs';

const packages = join(root, 'node_modules');

process.exitCode = isInstalled() || (mayReplace() && install()) ? 0 : 1;

/** npm writes down what it has installed; packages of other platforms are left out of it. */
function isInstalled() {
  const wanted = lockedIn(join(root, 'package-lock.json'));
  const present = lockedIn(join(packages, '.package-lock.json'));
  const same = ([path, { version, integrity }]) =>
    present[path]?.version === version && present[path]?.integrity === integrity;
  return (
    Object.keys(present).every((path) => path in wanted) &&
    Object.entries(wanted).every((entry) => same(entry) || (!(entry[0] in present) && entry[1].optional))
  );
}

function lockedIn(file) {
  if (!fs.existsSync(file)) return {};
  const { '': _itself, ...locked } = JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  return locked;
}

function mayReplace() {
  const link = fs.lstatSync(packages, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const names = fs.existsSync(builds) ? fs.readdirSync(builds) : [];
  const users = names.flatMap((name) => usersOf(join(builds, name)));
  const refused = link
    ? `node_modules leads to ${fs.readlinkSync(packages)}, which would be emptied for all who use it. Install there, or remove the link`
    : users.length > 0
      ? `process ${users.join(', ')} runs with those that would be replaced. End it (Ctrl-C), then try again`
      : undefined;
  if (refused === undefined) return true;
  process.stderr.write(`Cannot install the packages of package-lock.json: ${refused}.\n`);
  return false;
}

function install() {
  fs.rmSync(join(root, 'npm-shrinkwrap.json'), { force: true }); // of an `npm pack` that was interrupted: it would rule
  // No package needs its scripts: CONTRIBUTING.md says which have some.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  return spawnSync('npm', ['ci', ...options], { cwd: root, stdio: 'inherit' }).status === 0;
}

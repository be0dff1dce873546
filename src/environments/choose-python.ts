import { readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { satisfies } from '@renovatebot/pep440';
import type { LockedPackage } from '../contracts/bundle/declared-dependencies.js';
import { EnvironmentFailed } from '../simulation/environment-failed.js';
import type { LocalBundle } from '../simulation/ports.js';
import { type FoundPython, findPython } from './find-python.js';
import { hasWheels } from './has-wheels.js';

/**
 * The Python that a bundle's environment is made with: of those that fit what it declares, one for which what is locked has
 * wheels; the one of MODELOPS_PYTHON before the others, and of these the newest. Each is asked who it is: what is called python3.12
 * on PATH may be a script that finds none.
 *
 * @param pythons paths to choose from; without them, what is called python3.<n> beside the first one, on PATH, and where pyenv and
 * uv keep theirs
 * @throws EnvironmentFailed when none fits.
 */
export async function choosePython(
  base: FoundPython,
  { pythonRanges, dependencies }: Pick<LocalBundle, 'pythonRanges' | 'dependencies'>,
  pythons?: string[],
): Promise<FoundPython> {
  const fits = ({ version }: FoundPython) => pythonRanges.every(({ range }) => satisfies(version, range));
  const locked = dependencies.flatMap((each): LockedPackage[] =>
    each.file === 'uv.lock' ? each.packages : [],
  );
  const suits = (python: FoundPython) => fits(python) && hasWheels(locked, python);
  if (suits(base)) return base;
  const others = (await othersThan(base, pythons)).sort(newestFirst);
  const chosen = others.find(suits) ?? [base, ...others].find(fits);
  if (chosen) return chosen;
  const required = pythonRanges.map(({ range, file }) => `${file} requires ${range}`).join(' and ');
  const there = [base, ...others].map(({ version, python }) => `${version} (${python})`).join(', ');
  throw new EnvironmentFailed(
    `Cannot build the environment of the bundle: ${required}, and the Pythons here are ${there}. Install such a Python, and let MODELOPS_PYTHONS or MODELOPS_PYTHON name it unless it is on PATH.`,
  );
}

async function othersThan(base: FoundPython, pythons?: string[]): Promise<FoundPython[]> {
  const found = await Promise.all(
    // One that does not work, or cannot be asked now, is none that can be chosen.
    (pythons ?? (await atHand(base))).map((command) => findPython(command).catch(() => undefined)),
  );
  const byPath = new Map(
    found.flatMap((each) => (each && each.python !== base.python ? [[each.python, each]] : [])),
  );
  return [...byPath.values()];
}

async function atHand(base: FoundPython): Promise<string[]> {
  const { PATH = '', PYENV_ROOT, UV_PYTHON_INSTALL_DIR, XDG_DATA_HOME } = process.env;
  const kept = await Promise.all(
    [
      join(PYENV_ROOT || join(homedir(), '.pyenv'), 'versions'),
      UV_PYTHON_INSTALL_DIR || join(XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'uv', 'python'),
    ].map(async (folder) => (await namesIn(folder)).map((name) => join(folder, name, 'bin'))),
  );
  const beside = [dirname(base.python), dirname(await realpath(base.python))];
  const folders = new Set([...beside, ...PATH.split(delimiter).filter(Boolean), ...kept.flat()]);
  const commands = await Promise.all(
    [...folders].map(async (folder) =>
      (await namesIn(folder)).filter((name) => /^python3\.\d+$/.test(name)).map((name) => join(folder, name)),
    ),
  );
  return commands.flat();
}

/** What cannot be read holds none that can be chosen. */
function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

function newestFirst(one: FoundPython, other: FoundPython): number {
  const [major, minor, patch] = numbers(one);
  const [otherMajor, otherMinor, otherPatch] = numbers(other);
  return otherMajor - major || otherMinor - minor || otherPatch - patch;
}

function numbers({ version }: FoundPython): [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return [major, minor, patch];
}

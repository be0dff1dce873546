import { readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { EnvironmentFailed } from '../simulation/environment-failed.js';
import type { LocalBundle } from '../simulation/ports.js';
import { type FoundPython, findPython } from './find-python.js';
import { satisfiesVersion } from './satisfies-version.js';

/**
 * The Python that a bundle's environment is made with: that of MODELOPS_PYTHON where it fits, else the newest one at hand that
 * does. Beside the first and on PATH each is asked who it is: what is called python3.12 there may be a script that finds none.
 *
 * @throws EnvironmentFailed when none fits.
 */
export async function choosePython(
  base: FoundPython,
  { pythonRanges }: Pick<LocalBundle, 'pythonRanges'>,
  path = process.env.PATH ?? '',
): Promise<FoundPython> {
  const fits = ({ version }: FoundPython) =>
    pythonRanges.every(({ range }) => satisfiesVersion(version, range));
  if (fits(base)) return base;
  const others = await othersAtHand(base, path);
  const [newest] = others.filter(fits).sort(newestFirst);
  if (newest) return newest;
  const required = pythonRanges.map(({ range, file }) => `${file} requires ${range}`).join(' and ');
  const there = [base, ...others].map(({ version, python }) => `${version} (${python})`).join(', ');
  throw new EnvironmentFailed(
    `Cannot build the environment of the bundle: ${required}, and the Pythons here are ${there}. Install such a Python on PATH or beside that of MODELOPS_PYTHON, or let MODELOPS_PYTHON name it.`,
  );
}

async function othersAtHand(base: FoundPython, path: string): Promise<FoundPython[]> {
  const beside = [dirname(base.python), dirname(await realpath(base.python))];
  const folders = new Set([...beside, ...path.split(delimiter).filter(Boolean)]);
  const commands = await Promise.all([...folders].map(pythonsIn));
  const found = await Promise.all(
    // One that does not work, or cannot be asked now, is none that can be chosen.
    commands.flat().map((command) => findPython(command).catch(() => undefined)),
  );
  const byPath = new Map(
    found.flatMap((each) => (each && each.python !== base.python ? [[each.python, each]] : [])),
  );
  return [...byPath.values()];
}

async function pythonsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^python3\.\d+$/.test(name)).map((name) => join(folder, name));
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

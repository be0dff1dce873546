import type { LockedPackage } from '../contracts/bundle/declared-dependencies.js';
import { normalisedName } from '../contracts/bundle/normalised-name.js';
import type { FoundPython } from './find-python.js';

/**
 * Whether what is locked can be installed in an interpreter without a compiler: of each package that has wheels, one is for it.
 * A guess by the names of the wheels, for the choice between interpreters that all fit; the installer knows better.
 */
export function hasWheels(
  packages: LockedPackage[],
  python: Pick<FoundPython, 'version' | 'platform' | 'libc'>,
): boolean {
  const byName = new Map<string, string[]>();
  for (const { name, origin } of packages) {
    const key = normalisedName(name);
    // Of several versions, each is for other interpreters.
    byName.set(key, [...(byName.get(key) ?? []), ...(origin?.wheels ?? [])]);
  }
  return [...byName.values()].every(
    (wheels) => wheels.length === 0 || wheels.some((wheel) => isFor(wheel, python)),
  );
}

/** `name-version(-build)-python-abi-platform.whl`, of which the last three may each be several. */
function isFor(
  wheel: string,
  { version, platform, libc }: Pick<FoundPython, 'version' | 'platform' | 'libc'>,
): boolean {
  const [pythons = '', abis = '', platforms = ''] = wheel
    .replace(/\.whl$/i, '')
    .split('-')
    .slice(-3);
  const [, minor = '0'] = version.split('.');
  const one = `cp3${minor}`;
  const abi = abis.split('.');
  const stable = (tag: string) =>
    abi.includes('abi3') && Number(/^cp3(\d+)$/.exec(tag)?.[1] ?? Number.NaN) <= Number(minor);
  const isPython = pythons
    .split('.')
    .some((tag) => tag === 'py3' || tag === `py3${minor}` || tag === one || stable(tag));
  const isAbi = abi.some((tag) => tag === 'none' || tag === 'abi3' || tag === one);
  return isPython && isAbi && platforms.split('.').some((tag) => isOf(tag, platform, libc));
}

function isOf(tag: string, platform: string, libc: string): boolean {
  if (tag === 'any') return true;
  const machine = platform.slice(platform.lastIndexOf('-') + 1);
  if (!tag.endsWith(machine) && !(platform.startsWith('macosx') && tag.endsWith('universal2'))) return false;
  if (platform.startsWith('macosx')) return tag.startsWith('macosx');
  return tag.startsWith('linux') || tag.startsWith(libc === 'musl' ? 'musllinux' : 'manylinux');
}

import { createHash } from 'node:crypto';
import type {
  LockedDependency,
  LockedOrigin,
  LockedPackage,
} from '../contracts/bundle/declared-dependencies.js';
import type { Declaration } from './declaration.js';

/**
 * Names the environment of all bundles that declare the same, built from this interpreter.
 *
 * Equal declarations have equal ids, whatever their order. Nothing of a bundle's own code, name or version is in it, unless
 * what is installed lies in the bundle.
 *
 * @param base version (3.11.7) and platform (as sysconfig.get_platform() gives it) of the interpreter
 * @param indexes addresses of those that packages without a lock come from
 * @returns 32 hexadecimal digits
 */
export function environmentId(
  declaration: Declaration,
  base: { version: string; platform: string },
  indexes: string[] = [],
): string {
  const { pythonRanges, requirements, constraints, options, lock, ownFiles = null, project } = declaration;
  const canonical = JSON.stringify({
    python: base.version.split('.').slice(0, 2).join('.'),
    platform: base.platform,
    ranges: sorted(pythonRanges),
    requirements: sorted(requirements),
    constraints: sorted(constraints),
    options: sorted(options),
    ownFiles,
    // Left out of the text where there are none.
    indexes: indexes.length > 0 ? indexes : undefined,
    project,
    packages: lock ? sorted(lock.packages.map((each) => canonicalPackage(each, lock.root))) : null,
  });
  return createHash('sha256').update(canonical).digest('hex').slice(0, 32);
}

function sorted(texts: string[]): string[] {
  return [...new Set(texts.map((text) => text.trim()))].sort();
}

function canonicalPackage(
  { name, version, dependencies, extras, origin }: LockedPackage,
  root: string,
): string {
  const needed = Object.entries(extras).map(([extra, edges]) =>
    JSON.stringify([extra, canonicalEdges(edges)]),
  );
  const isBundle = name === root;
  return JSON.stringify([
    isBundle ? null : [name, version ?? null],
    canonicalEdges(dependencies),
    sorted(needed),
    origin ? canonicalOrigin(origin) : null,
  ]);
}

/** Two commits, two registries and two builds of one version are different packages. */
function canonicalOrigin({ source, files }: LockedOrigin): unknown {
  return [Object.entries(source).sort(([one], [other]) => (one < other ? -1 : 1)), sorted(files)];
}

function canonicalEdges(edges: LockedDependency[]): string[] {
  return sorted(
    edges.map(({ name, version, marker, extras }) =>
      JSON.stringify([name, version ?? null, marker ?? null, sorted(extras)]),
    ),
  );
}

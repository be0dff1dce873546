import { z } from 'zod';
import type { LockedDependency, LockedOrigin, UvLock } from '../../contracts/bundle/declared-dependencies.js';
import { normalisedName } from '../../contracts/bundle/normalised-name.js';
import { violationOf } from '../../contracts/validation/violation-of.js';
import type { Chosen } from './chosen-dependencies.js';
import { parseToml } from './read-pyproject.js';

const Edge = z.looseObject({
  name: z.string(),
  version: z.string().optional(),
  marker: z.string().optional(),
  extra: z.array(z.string()).optional(),
});
const File = z.looseObject({
  hash: z.string().optional(),
  url: z.string().optional(),
  path: z.string().optional(),
  filename: z.string().optional(),
});
const RequiresDist = z.looseObject({
  name: z.string(),
  extras: z.array(z.string()).optional(),
  specifier: z.string().optional(),
  marker: z.string().optional(),
});
const Package = z.looseObject({
  name: z.string(),
  version: z.string().optional(),
  source: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.array(Edge).optional(),
  'optional-dependencies': z.record(z.string(), z.array(Edge)).optional(),
  'dev-dependencies': z.record(z.string(), z.array(Edge)).optional(),
  sdist: File.optional(),
  wheels: z.array(File).optional(),
  metadata: z
    .looseObject({
      'requires-dist': z.array(RequiresDist).optional(),
      'requires-dev': z.record(z.string(), z.array(RequiresDist)).optional(),
    })
    .optional(),
});
const Lock = z.looseObject({ package: z.array(Package).optional() });

/** The keys of uv for a package that is the project itself, or another folder of it. */
const projectSources = ['virtual', 'editable', 'directory'];
/** Those for one that has no version to choose. */
const addressed = ['git', 'url', 'path', ...projectSources];

/**
 * @param chosen extras and groups of the project that count as its dependencies
 * @returns undefined when the lock holds no project that needs anything
 */
export function readUvLock(
  text: string,
  refuse: (what: string, cause?: unknown) => Error,
  chosen: Chosen = { extras: [], groups: [] },
): UvLock | undefined {
  const parsed = Lock.safeParse(parseToml(text, 'uv.lock', refuse));
  if (!parsed.success) {
    throw refuse(`in its uv.lock, ${violationOf(parsed.error, 'the file').message}`, parsed.error);
  }
  const packages = parsed.data.package ?? [];
  const root = packages.find(({ source = {} }) => projectSources.some((kind) => source[kind] === '.'));
  if (root === undefined) return undefined;
  const { dependencies = [], metadata } = root;
  const needed = [
    ...dependencies,
    ...ofNames(root['optional-dependencies'], chosen.extras),
    ...ofNames(root['dev-dependencies'], chosen.groups),
  ];
  if (needed.length === 0) return undefined;
  const required = metadata?.['requires-dist'];
  const lockedFor = required && [
    ...required.filter(({ marker = '' }) => {
      const [, extra] = /\bextra\s*==\s*'([^']*)'/.exec(marker) ?? [];
      return extra === undefined || chosen.extras.includes(normalisedName(extra));
    }),
    ...ofNames(metadata?.['requires-dev'], chosen.groups),
  ];
  return {
    file: 'uv.lock',
    root: root.name,
    packages: packages.map((each) => {
      const { name, version, dependencies = [], 'optional-dependencies': extras = {} } = each;
      return {
        name,
        ...(version !== undefined && { version }),
        dependencies: (each === root ? needed : dependencies).map(edge),
        extras: Object.fromEntries(Object.entries(extras).map(([extra, edges]) => [extra, edges.map(edge)])),
        ...(each !== root && { origin: originOf(each) }),
      };
    }),
    ...(lockedFor && {
      lockedFor: lockedFor
        // Extras of its own that an extra names are among the chosen ones.
        .filter(({ name }) => normalisedName(name) !== normalisedName(root.name))
        .map(({ name, extras = [], specifier = '', ...source }) => ({
          name,
          extras,
          ...(!addressed.some((kind) => kind in source) && { specifier }),
        })),
    }),
  };
}

function ofNames<Entry>(all: Record<string, Entry[]> | undefined, names: string[]): Entry[] {
  return Object.entries(all ?? {}).flatMap(([name, entries]) =>
    names.includes(normalisedName(name)) ? entries : [],
  );
}

function originOf({ source = {}, sdist, wheels = [] }: z.infer<typeof Package>): LockedOrigin {
  const { registry } = source;
  return {
    source,
    files: [...(sdist ? [sdist] : []), ...wheels].map(
      ({ hash, url, path, filename }) => hash ?? url ?? path ?? filename ?? '',
    ),
    wheels: wheels.map(({ url, path, filename }) => nameOf(filename ?? url ?? path ?? '')),
    inBundle:
      ['path', ...projectSources].some((kind) => kind in source) ||
      (typeof registry === 'string' && !/^[a-z][a-z0-9+.-]+:/i.test(registry)),
  };
}

function nameOf(place: string): string {
  const [path = ''] = place.split(/[?#]/);
  return path.slice(path.lastIndexOf('/') + 1);
}

function edge({ name, version, marker, extra = [] }: z.infer<typeof Edge>): LockedDependency {
  return {
    name,
    ...(version !== undefined && { version }),
    ...(marker !== undefined && { marker }),
    extras: extra,
  };
}

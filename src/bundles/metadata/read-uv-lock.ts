import { z } from 'zod';
import type { LockedDependency, LockedOrigin, UvLock } from '../../contracts/bundle/declared-dependencies.js';
import { violationOf } from '../../contracts/validation/violation-of.js';
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
  sdist: File.optional(),
  wheels: z.array(File).optional(),
  metadata: z.looseObject({ 'requires-dist': z.array(RequiresDist).optional() }).optional(),
});
const Lock = z.looseObject({ package: z.array(Package).optional() });

/** The keys of uv for a package that is the project itself, or another folder of it. */
const projectSources = ['virtual', 'editable', 'directory'];
/** Those for one that has no version to choose. */
const addressed = ['git', 'url', 'path', ...projectSources];

/** @returns undefined when the lock holds no project that needs anything */
export function readUvLock(
  text: string,
  refuse: (what: string, cause?: unknown) => Error,
): UvLock | undefined {
  const parsed = Lock.safeParse(parseToml(text, 'uv.lock', refuse));
  if (!parsed.success) {
    throw refuse(`in its uv.lock, ${violationOf(parsed.error, 'the file').message}`, parsed.error);
  }
  const packages = parsed.data.package ?? [];
  const root = packages.find(({ source = {} }) => projectSources.some((kind) => source[kind] === '.'));
  if (root === undefined || !root.dependencies || root.dependencies.length === 0) return undefined;
  const requiresDist = root.metadata?.['requires-dist'];
  return {
    file: 'uv.lock',
    root: root.name,
    packages: packages.map((each) => {
      const { name, version, dependencies = [], 'optional-dependencies': extras = {} } = each;
      return {
        name,
        ...(version !== undefined && { version }),
        dependencies: dependencies.map(edge),
        extras: Object.fromEntries(Object.entries(extras).map(([extra, edges]) => [extra, edges.map(edge)])),
        ...(each !== root && { origin: originOf(each) }),
      };
    }),
    ...(requiresDist && {
      lockedFor: requiresDist
        .filter(({ marker = '' }) => !/\bextra\s*==/.test(marker))
        .map(({ name, extras = [], specifier = '', ...source }) => ({
          name,
          extras,
          ...(!addressed.some((kind) => kind in source) && { specifier }),
        })),
    }),
  };
}

function originOf({ source = {}, sdist, wheels = [] }: z.infer<typeof Package>): LockedOrigin {
  const { registry } = source;
  return {
    source,
    files: [...(sdist ? [sdist] : []), ...wheels].map(
      ({ hash, url, path, filename }) => hash ?? url ?? path ?? filename ?? '',
    ),
    inBundle:
      ['path', ...projectSources].some((kind) => kind in source) ||
      (typeof registry === 'string' && !/^[a-z][a-z0-9+.-]+:/i.test(registry)),
  };
}

function edge({ name, version, marker, extra = [] }: z.infer<typeof Edge>): LockedDependency {
  return {
    name,
    ...(version !== undefined && { version }),
    ...(marker !== undefined && { marker }),
    extras: extra,
  };
}

import { z } from 'zod';
import type { DeclaredDependencies, LockedDependency } from '../../contracts/bundle/declared-dependencies.js';
import { violationOf } from '../../contracts/validation/violation-of.js';
import { parseToml } from './read-pyproject.js';

const Edge = z.looseObject({
  name: z.string(),
  version: z.string().optional(),
  marker: z.string().optional(),
  extra: z.array(z.string()).optional(),
});
const UvLock = z.looseObject({
  package: z
    .array(
      z.looseObject({
        name: z.string(),
        version: z.string().optional(),
        source: z.record(z.string(), z.unknown()).optional(),
        dependencies: z.array(Edge).optional(),
        'optional-dependencies': z.record(z.string(), z.array(Edge)).optional(),
      }),
    )
    .optional(),
});

/** The keys of uv for a package that is the project itself. */
const projectSources = ['virtual', 'editable', 'directory'];

/** @returns undefined when the lock holds no project that needs anything */
export function readUvLock(
  text: string,
  refuse: (what: string, cause?: unknown) => Error,
): DeclaredDependencies | undefined {
  const parsed = UvLock.safeParse(parseToml(text, 'uv.lock', refuse));
  if (!parsed.success) {
    throw refuse(`in its uv.lock, ${violationOf(parsed.error, 'the file').message}`, parsed.error);
  }
  const packages = parsed.data.package ?? [];
  const root = packages.find(({ source = {} }) => projectSources.some((kind) => source[kind] === '.'));
  if (root === undefined || !root.dependencies || root.dependencies.length === 0) return undefined;
  return {
    file: 'uv.lock',
    root: root.name,
    packages: packages.map(({ name, version, dependencies = [], 'optional-dependencies': extras = {} }) => ({
      name,
      ...(version !== undefined && { version }),
      dependencies: dependencies.map(edge),
      extras: Object.fromEntries(Object.entries(extras).map(([extra, edges]) => [extra, edges.map(edge)])),
    })),
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

import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { DeclaredDependencies, UvLock } from '../../contracts/bundle/declared-dependencies.js';
import { askRequirements } from '../ask-requirements.js';

const Outgrown = z.object({ added: z.string().nullable(), removed: z.string().nullable() });

/**
 * Compares a uv.lock with what its project requires now. uv itself leaves out what a frozen lock lacks, and says nothing;
 * `uv lock --check` would refuse a lock that was made with another index than is configured here, and asks build backends.
 *
 * @param python absolute path of an interpreter
 * @returns why the bundle cannot run, when its project has changed since it was locked
 */
export async function outgrownLock(
  python: string,
  { dependencies }: { dependencies: DeclaredDependencies[] },
): Promise<string | undefined> {
  const lock = dependencies.find((each) => each.file === 'uv.lock');
  const requirements = dependencies.flatMap((each) =>
    each.file === 'pyproject.toml' ? each.requirements : [],
  );
  // A project whose dependencies a build backend computes names none.
  if (lock === undefined || requirements.length === 0) return undefined;
  // Most are written as uv writes them down, and no Python need be asked.
  if (lock.lockedFor && isDeepStrictEqual(requirements.toSorted(), lock.lockedFor.map(written).sort()))
    return undefined;
  const request = { ask: 'outgrown', requirements, locked_for: lock.lockedFor ?? rootEdges(lock) };
  const { added, removed } = await askRequirements(python, request, Outgrown);
  // A lock that does not say what it was made for may have been made for more.
  const gone = lock.lockedFor ? removed : null;
  if (added === null && gone === null) return undefined;
  const what =
    added === null
      ? `it was locked for ${gone}, which is required no more`
      : `it was not locked for ${added}`;
  return `Cannot build the environment of the bundle: its uv.lock does not fit its pyproject.toml, ${what}. Run \`uv lock\` beside it, and push both again.`;
}

function written({ name, extras, specifier = '' }: NonNullable<UvLock['lockedFor']>[number]): string {
  return `${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}${specifier}`;
}

/** What can be told of a lock that does not say what it was made for: names alone. */
function rootEdges({ root, packages }: UvLock): NonNullable<UvLock['lockedFor']> {
  const dependencies = packages.find(({ name }) => name === root)?.dependencies ?? [];
  return dependencies.map(({ name, extras }) => ({ name, extras }));
}

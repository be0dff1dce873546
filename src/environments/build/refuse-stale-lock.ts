import { explain } from '@renovatebot/pep440';
import type { DeclaredDependencies, UvLock } from '../../contracts/bundle/declared-dependencies.js';
import { normalisedName } from '../../contracts/bundle/normalised-name.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import { parseRequirement, type Requirement } from '../parse-requirement.js';

/**
 * Compares a uv.lock with what its project requires now. uv itself leaves out what a frozen lock lacks, and says nothing.
 *
 * @throws EnvironmentFailed when the project has changed since it was locked.
 */
export function refuseStaleLock({ dependencies }: { dependencies: DeclaredDependencies[] }): void {
  const lock = dependencies.find((each) => each.file === 'uv.lock');
  const texts = dependencies.flatMap((each) => (each.file === 'pyproject.toml' ? each.requirements : []));
  // A project whose dependencies a build backend computes names none.
  if (lock === undefined || texts.length === 0) return;
  const required = texts.flatMap((text) => parseRequirement(text) ?? []);
  const then = lock.lockedFor ?? rootEdges(lock);
  const added = required.find((requirement) => !then.some((locked) => isSame(locked, requirement)));
  const removed = lock.lockedFor?.find(
    (locked) => !required.some((requirement) => isSame(locked, requirement)),
  );
  if (added === undefined && removed === undefined) return;
  const what =
    added === undefined
      ? `it was locked for ${removed?.name}${removed?.specifier ?? ''}, which is required no more`
      : `it was not locked for ${added.text}`;
  throw new EnvironmentFailed(
    `Cannot build the environment of the bundle: its uv.lock does not fit its pyproject.toml, ${what}. Run \`uv lock\` beside it, and push both again.`,
  );
}

type LockedFor = NonNullable<UvLock['lockedFor']>[number];

/** What can be told of a lock that does not say what it was made for: names alone. */
function rootEdges({ root, packages }: UvLock): LockedFor[] {
  const dependencies = packages.find(({ name }) => name === root)?.dependencies ?? [];
  return dependencies.map(({ name, extras }) => ({ name, extras }));
}

function isSame(locked: LockedFor, required: Requirement): boolean {
  if (normalisedName(locked.name) !== required.name) return false;
  if (locked.specifier === undefined) return true;
  const extras = locked.extras.map(normalisedName).sort();
  return (
    extras.join() === [...required.extras].sort().join() &&
    spelled(locked.specifier) === spelled(required.range)
  );
}

/** Specifiers in one order and one spelling of versions, as uv writes them into a lock. */
function spelled(specifier: string): string {
  return specifier
    .split(',')
    .map((clause) => {
      const [, operator = '', version = ''] = /^(===|~=|==|!=|<=|>=|<|>)\s*(.*)$/.exec(clause.trim()) ?? [];
      const star = version.endsWith('.*') ? '.*' : '';
      const known = explain(version.replace(/\.\*$/, ''));
      return operator + (known ? known.public + (known.local ?? '') + star : version);
    })
    .filter((clause) => clause !== '')
    .sort()
    .join();
}

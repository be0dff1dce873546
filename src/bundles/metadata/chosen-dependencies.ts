import { normalisedName } from '../../contracts/bundle/normalised-name.js';
import type { ReadPyproject } from './read-pyproject.js';

/** What a bundle needs of its project besides its dependencies: names of extras and groups, normalised. */
export interface Chosen {
  extras: string[];
  groups: string[];
}

/**
 * The dependencies of a project with those of some of its extras and groups, and of the extras and groups that these name.
 *
 * @throws what `refuse` makes, when the project has none of such a name
 */
export function chosenDependencies(
  { dependencies, extras, groups, project }: ReadPyproject,
  chosen: { extras?: string[]; groups?: string[] },
  refuse: (what: string) => Error,
): Chosen & { requirements: string[] } {
  const found = { extras: new Set<string>(), groups: new Set<string>() };
  const requirements: string[] = [];
  const own = project && normalisedName(project.name);

  /** An extra may name others of its own project: `model[fast]`. */
  function add(text: string): void {
    const [, name = '', inner] = /^\s*([\w.-]+)\s*\[([^\]]*)\]/.exec(text) ?? [];
    if (inner === undefined || normalisedName(name) !== own) requirements.push(text);
    else for (const extra of inner.split(',')) addExtra(extra);
  }

  function addExtra(name: string): void {
    const { key, entries } = entriesOf(extras, name, 'the extra', '[project.optional-dependencies]');
    if (found.extras.has(key)) return;
    found.extras.add(key);
    entries.forEach(add);
  }

  function addGroup(name: string): void {
    const { key, entries } = entriesOf(groups, name, 'the group', '[dependency-groups]');
    if (found.groups.has(key)) return;
    found.groups.add(key);
    for (const entry of entries) {
      if (typeof entry === 'string') add(entry);
      else addGroup(entry['include-group']);
    }
  }

  function entriesOf<Entry>(all: Record<string, Entry[]>, name: string, what: string, table: string) {
    const key = normalisedName(name);
    const entries = Object.entries(all).find(([each]) => normalisedName(each) === key)?.[1];
    if (entries !== undefined) return { key, entries };
    const there = Object.keys(all);
    throw refuse(
      `it needs ${what} ${name.trim()}, and ${table} in its pyproject.toml has ${there.length === 0 ? 'none' : `only ${there.join(', ')}`}.`,
    );
  }

  dependencies.forEach(add);
  chosen.extras?.forEach(addExtra);
  chosen.groups?.forEach(addGroup);
  return { requirements, extras: [...found.extras], groups: [...found.groups] };
}

import { join, posix } from 'node:path';
import type { DeclaredDependencies } from '../../contracts/bundle/declared-dependencies.js';
import { normalisedName } from '../../contracts/bundle/normalised-name.js';
import { textIfPresent } from './text-if-present.js';

/**
 * The distributions that a bundle itself asks for, by normalised name, whatever versions and markers it asks for.
 *
 * @param folder of the bundle: its requirements.txt may refer to other files in it
 */
export async function requiredNames(folder: string, dependencies: DeclaredDependencies[]): Promise<string[]> {
  const names = new Set<string>();
  for (const declared of dependencies) {
    if (declared.file === 'uv.lock') {
      const root = declared.packages.find(({ name }) => name === declared.root);
      for (const { name } of root?.dependencies ?? []) names.add(normalisedName(name));
    } else if (declared.file === 'pyproject.toml') declared.requirements.forEach(add);
    else await read(declared.file, declared.requirements, new Set([declared.file]));
  }
  return [...names];

  function add(requirement: string): void {
    const name = named.exec(requirement) ?? egg.exec(requirement);
    if (name?.[1] !== undefined) names.add(normalisedName(name[1]));
  }

  async function read(file: string, lines: string[], seen: Set<string>): Promise<void> {
    for (const line of lines) {
      const [, path] = refersTo.exec(line) ?? [];
      if (path === undefined) {
        add(line);
        continue;
      }
      const other = posix.join(posix.dirname(file), path);
      // One that is outside, or absent, is refused by whoever compares what is installed.
      if (seen.has(other) || other.startsWith('..') || posix.isAbsolute(path)) continue;
      seen.add(other);
      const text = await textIfPresent(join(folder, other), (what) => new Error(`${other} ${what}`));
      await read(other, text?.split(/\r?\n/) ?? [], seen);
    }
  }
}

/** A name that a version, an extra, a marker, an address or nothing follows: no path, no option. */
const named = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:[[(<>=!~;@,#\\]|\s-|$)/;
const egg = /#egg=([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)/;
const refersTo = /^\s*(?:-r\s*|--requirement(?:\s+|\s*=\s*))([^\s#]+)/;

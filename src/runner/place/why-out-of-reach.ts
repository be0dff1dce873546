import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const others = { read: 0o4, search: 0o1 };
const known = new Map<string, string>();

/**
 * Whether a user that has no rights of its own gets to these files or folders.
 *
 * @returns the first that it does not, and why, as the rest of a sentence; empty when it gets to all
 */
export function whyOutOfReach(paths: string[]): string {
  for (const path of paths) {
    const why = known.get(path) ?? lookAt(path);
    if (why !== '') return why;
    // What is in reach stays so, as far as the app is concerned; what is not, somebody may mend.
    known.set(path, why);
  }
  return '';
}

function lookAt(path: string): string {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    // Whoever needs it tells.
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
  // A link is found by the folders above it, too.
  for (const each of new Set([path, real])) {
    for (let folder = dirname(each); ; folder = dirname(folder)) {
      const { mode } = statSync(folder);
      if ((mode & others.search) === 0)
        return `${each} is out of reach for other users, since ${folder} may be entered by its owner alone (chmod o+x ${folder})`;
      if (folder === dirname(folder)) break;
    }
  }
  const found = statSync(real);
  if (found.isDirectory()) {
    return (found.mode & others.search) !== 0
      ? ''
      : `${real} may be entered by its owner alone (chmod o+x ${real})`;
  }
  const needed = others.read | others.search;
  return (found.mode & needed) === needed
    ? ''
    : `${real} may be executed by its owner alone (chmod o+rx ${real})`;
}

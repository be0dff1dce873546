import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';

/**
 * For an environment that code of strangers has written to: the app writes to it, too, and a link that leads out of it would make that anything.
 *
 * @param python what its own interpreter is a link to
 * @throws EnvironmentFailed when another link leads elsewhere, or nowhere
 */
export async function mustStayInside(environment: string, python: string): Promise<void> {
  const [inside, base] = await Promise.all([realpath(environment), realpath(python)]);
  const waiting = [inside];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      if (!entry.isSymbolicLink()) continue;
      const target = await realpath(path).catch(() => '');
      if (target === base || target.startsWith(inside + sep)) continue;
      throw new EnvironmentFailed(
        `Cannot use the environment of the bundle: what was built has left a link in it, ${path.slice(inside.length + 1)}, that leads elsewhere. A package must consist of its own files.`,
      );
    }
  }
}

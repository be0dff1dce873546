import type { DeclaredDependencies } from '../../contracts/bundle/declared-dependencies.js';
import { readPylock } from './read-pylock.js';
import { readUvLock } from './read-uv-lock.js';

/**
 * What has to be installed beside the bundle: what `[project] dependencies` name, in the versions that `uv.lock` fixes, or
 * what a `pylock.toml` fixes.
 * As in ModelOps, `requirements.txt` counts where the project names nothing.
 */
export function readDependencies(
  files: {
    lock: string | undefined;
    pylock: string | undefined;
    pyproject: string[];
    requirements: string | undefined;
  },
  refuse: (what: string, cause?: unknown) => Error,
): DeclaredDependencies[] {
  const locked = files.lock === undefined ? undefined : readUvLock(files.lock, refuse);
  const pylock = locked || files.pylock === undefined ? undefined : readPylock(files.pylock, refuse);
  if (pylock) return [pylock];
  const project: DeclaredDependencies[] =
    files.pyproject.length > 0 ? [{ file: 'pyproject.toml', requirements: files.pyproject }] : [];
  const found = [...(locked ? [locked] : []), ...project];
  if (found.length > 0) return found;

  const lines = files.requirements?.split(/\r?\n/) ?? [];
  const isEmpty = lines.every((line) => /^\s*(#|$)/.test(line));
  return isEmpty ? [] : [{ file: 'requirements.txt', requirements: lines }];
}

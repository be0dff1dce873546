import type { DeclaredDependencies } from '../../contracts/bundle/declared-dependencies.js';
import { normalisedName } from '../../contracts/bundle/normalised-name.js';
import type { Chosen } from './chosen-dependencies.js';
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
    pyproject: Chosen & { requirements: string[] };
    requirements: string | undefined;
  },
  refuse: (what: string, cause?: unknown) => Error,
): DeclaredDependencies[] {
  const locked = files.lock === undefined ? undefined : readUvLock(files.lock, refuse, files.pyproject);
  const pylock = locked || files.pylock === undefined ? undefined : readPylock(files.pylock, refuse);
  const { requirements } = files.pyproject;
  if (pylock) {
    mustLock(pylock, requirements, refuse);
    return [pylock];
  }
  const project: DeclaredDependencies[] =
    requirements.length > 0 ? [{ file: 'pyproject.toml', requirements }] : [];
  const found = [...(locked ? [locked] : []), ...project];
  if (found.length > 0) return found;

  const lines = files.requirements?.split(/\r?\n/) ?? [];
  const isEmpty = lines.every((line) => /^\s*(#|$)/.test(line));
  return isEmpty ? [] : [{ file: 'requirements.txt', requirements: lines }];
}

/** It does not say what it was made for: only what it lacks can be seen. */
function mustLock(
  pylock: { requirements: string[] },
  requirements: string[],
  refuse: (what: string) => Error,
): void {
  const nameOf = (text: string) => normalisedName(/^\s*([\w.-]*)/.exec(text)?.[1] ?? '');
  const locked = new Set(pylock.requirements.map(nameOf));
  const lacking = requirements.find((text) => !text.includes(';') && !locked.has(nameOf(text)));
  if (lacking === undefined) return;
  throw refuse(
    `its pylock.toml lacks ${lacking}, which its pyproject.toml requires. Make it anew, with the extras and groups that the bundle needs, and push both again.`,
  );
}

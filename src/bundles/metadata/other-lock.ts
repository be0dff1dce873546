import type { DeclaredDependencies } from '../../contracts/bundle/declared-dependencies.js';

/** A file that says what a bundle needs, and that is not taken. */
export interface OtherLock {
  file: string;
  /** What makes of it what is taken: a sentence. */
  instead: string;
}

/**
 * The lock of another tool in a bundle, unless the bundle has what is made of it.
 *
 * @param has whether the bundle has a file of this name
 */
export function otherLock(
  has: (file: string) => boolean,
  dependencies: DeclaredDependencies[],
): OtherLock | undefined {
  if (dependencies.some(({ file }) => file !== 'pyproject.toml')) return undefined;
  // A requirements.txt counts only where the project names nothing.
  const named = dependencies.length > 0;
  if (has('poetry.lock')) {
    const command = named ? 'uv lock' : 'poetry export --output requirements.txt';
    return { file: 'poetry.lock', instead: `Run \`${command}\` beside it.` };
  }
  if (has('Pipfile.lock')) {
    const command = named ? 'uv lock' : 'pipenv requirements --hash > requirements.txt';
    return { file: 'Pipfile.lock', instead: `Run \`${command}\` beside it.` };
  }
  const conda = ['environment.yml', 'environment.yaml'].find(has);
  if (conda === undefined || named) return undefined;
  return {
    file: conda,
    instead: `Run \`conda env create --file ${conda}\`, and let MODELOPS_PYTHON name the folder of that environment.`,
  };
}

/** Names that never go into a bundle, at any depth, whether file or folder. */
const ignoredNames = new Set([
  // version control
  '.git',
  '.hg',
  '.svn',
  '.bzr',
  '.jj',
  // what Python, its tools and its environments leave behind
  '__pycache__',
  '.venv',
  '.tox',
  '.nox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.ipynb_checkpoints',
  // packages of other languages, editors, desktops
  'node_modules',
  '.idea',
  '.vscode',
  '.DS_Store',
  'Thumbs.db',
]);

const ignoredEndings = ['.pyc', '.pyo', '.swp', '~'];

/**
 * Whether a file or folder stays out of every bundle.
 *
 * `build`, `dist` and `*.egg-info` are not on the list: compiled extensions and the entry point `modelops.wire` live
 * there. Of `.modelops-bundle` only `registry.yaml` is content; the rest is the state of one checkout.
 *
 * @param path relative to the bundle, with `/`
 */
export function isIgnored(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (ignoredNames.has(name)) return true;
  if (ignoredEndings.some((ending) => name.endsWith(ending))) return true;
  return path.startsWith('.modelops-bundle/') && path !== '.modelops-bundle/registry.yaml';
}

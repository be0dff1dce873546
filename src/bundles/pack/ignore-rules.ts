import ignore from 'ignore';
import { resultsMark } from '../../contracts/result/results-mark.js';

/** The file of a bundle that says what else of its folder stays out, in the notation of `.gitignore`. */
export const ignoreFile = '.modelopsignore';

/**
 * What never belongs into a bundle, at any depth. A line `!name` in the ignore file takes one in again.
 *
 * `build`, `dist` and `*.egg-info` are not on the list: compiled extensions and the entry point `modelops.wire` live
 * there. Of `.modelops-bundle` only `registry.yaml` is content; the rest is the state of one checkout.
 */
const builtIn = [
  // version control
  ['.git', '.hg', '.svn', '.bzr', '.jj'],
  // what Python, its tools and its environments leave behind
  ['__pycache__', '*.pyc', '*.pyo', '.venv', '.tox', '.nox'],
  ['.mypy_cache', '.pytest_cache', '.ruff_cache', '.ipynb_checkpoints'],
  // secrets of one machine, what says that results are here
  ['.env', '.env.*', resultsMark],
  // packages of other languages, editors, desktops
  ['node_modules', '.idea', '.vscode', '*.swp', '*~', '.DS_Store', 'Thumbs.db'],
  ['/.modelops-bundle/*', '!/.modelops-bundle/registry.yaml'],
].flat();

/** What the rules say of a path relative to the bundle, with `/`: it stays out, it is taken in by a line `!name`, or nothing. */
export type IgnoreRules = (path: string, isFolder: boolean) => 'out' | 'in' | undefined;

/** @param text of the bundle's ignore file, when it has one */
export function ignoreRules(text = ''): IgnoreRules {
  // A bundle is the same on every file system, so that case always counts.
  const rules = ignore({ ignorecase: false }).add(builtIn).add(text);
  return (path, isFolder) => {
    const { ignored, unignored } = rules.test(isFolder ? `${path}/` : path);
    if (ignored) return 'out';
    return unignored ? 'in' : undefined;
  };
}

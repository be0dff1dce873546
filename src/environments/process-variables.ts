import { createHash } from 'node:crypto';
import { access, mkdir, realpath, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { FoundPython } from './find-python.js';
import { isAbsent } from './is-absent.js';

/** Where a system without a PATH looks. */
const defaultPath = '/usr/local/bin:/usr/bin:/bin';

/**
 * What activating an interpreter's environment would set: its own commands come first on PATH, and a virtual or conda
 * environment is named. A plain interpreter that is `python3` on PATH already leaves it as it is; another one comes first.
 *
 * @param linksFolder where one is called `python3` that is not called so in its own folder
 */
export async function processVariables(
  { python, prefix }: Pick<FoundPython, 'python' | 'prefix'>,
  linksFolder: string | undefined,
  path = process.env.PATH || defaultPath,
): Promise<Record<string, string>> {
  const bin = dirname(python);
  const first = (...folders: string[]) => [...folders, path].join(delimiter);
  const venv = dirname(bin);
  if (await exists(join(venv, 'pyvenv.cfg'))) return { PATH: first(bin), VIRTUAL_ENV: venv };
  if (await exists(join(prefix, 'conda-meta')))
    return { PATH: first(join(prefix, 'bin')), CONDA_PREFIX: prefix };

  const own = await realpath(python);
  for (const folder of path.split(delimiter)) {
    const found = await named(folder);
    if (found === own) return { PATH: path };
    if (found !== undefined) break;
  }
  if (linksFolder === undefined || (await named(bin)) === own) return { PATH: first(bin) };
  return { PATH: first(await linkedIn(linksFolder, python), bin) };
}

async function linkedIn(linksFolder: string, python: string): Promise<string> {
  const folder = join(linksFolder, createHash('sha256').update(python).digest('hex').slice(0, 16));
  await mkdir(folder, { recursive: true });
  await symlink(python, join(folder, 'python3')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return folder;
}

/** What `python3` is in a folder of PATH. */
async function named(folder: string): Promise<string | undefined> {
  try {
    return await realpath(join(folder, 'python3'));
  } catch (error) {
    if (isAbsent(error) || (error instanceof Error && 'code' in error && error.code === 'EACCES'))
      return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

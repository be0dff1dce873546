import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { compareCodePoints } from '../../contracts/json/compare-code-points.js';
import { resultsMark } from '../../contracts/result/results-mark.js';
import { hasCode } from '../../files/has-code.js';
import { readText } from '../../files/read-text.js';
import { unsafePath } from '../format/unsafe-path.js';
import { ignoreFile, ignoreRules } from './ignore-rules.js';

export interface ListedFile {
  /** Relative to the bundle, with `/`. */
  path: string;
  /** Absolute, symbolic links resolved. */
  source: string;
  executable: boolean;
}

/**
 * Every file that a bundle of this folder has, sorted by path.
 *
 * A symbolic link inside the folder stands for what it points to; one that leaves the folder is refused, because what
 * it points to is not there where the bundle runs. Empty folders are not content.
 *
 * @throws Error when a name cannot be in a bundle, naming it and what to do.
 */
export async function listBundleFiles(folder: string): Promise<ListedFile[]> {
  const root = await realpath(folder);
  const verdict = ignoreRules(await ignoreText(root));
  const files: ListedFile[] = [];
  await walk(root, '', [root]);
  return files.sort((left, right) => compareCodePoints(left.path, right.path));

  async function walk(current: string, prefix: string, ancestors: string[]): Promise<void> {
    const entries = (await readdir(current, { withFileTypes: true, encoding: 'buffer' })).map((entry) => ({
      name: decodeName(entry.name, prefix),
      isFolder: entry.isDirectory(),
      isFile: entry.isFile(),
      isLink: entry.isSymbolicLink(),
    }));
    const here = new Set(entries.filter(({ isFile }) => isFile).map(({ name }) => name));
    if (prefix !== '') {
      if (isNoPartOfTheModel(here) && verdict(prefix.slice(0, -1), true) !== 'in') return;
    } else if (isBundleStore(here)) {
      throw new Error(
        `Cannot pack ${root}: it is a store of bundles (it has an oci-layout). Keep bundles and their store apart.`,
      );
    }
    for (const { name, isFolder, isLink } of entries) {
      const path = prefix + name;
      if (verdict(path, isFolder) === 'out') continue;
      const wrong = unsafePath(path);
      if (wrong !== undefined)
        throw new Error(`Cannot pack ${JSON.stringify(path)}: its path ${wrong}. Rename it.`);
      await visit(path, join(current, name), isLink, ancestors);
    }
  }

  async function visit(path: string, location: string, isLink: boolean, ancestors: string[]): Promise<void> {
    const source = isLink ? await linkTarget(path, location, root) : location;
    const facts = await stat(source);
    if (isLink && facts.isDirectory() && verdict(path, true) === 'out') return;
    if (facts.isDirectory()) {
      if (ancestors.includes(source)) {
        throw new Error(
          `Cannot pack ${path}: it is a symbolic link to a folder that contains it. Remove the link.`,
        );
      }
      await walk(source, `${path}/`, [...ancestors, source]);
    } else if (facts.isFile()) {
      files.push({ path, source, executable: (facts.mode & 0o100) !== 0 });
    } else {
      throw new Error(`Cannot pack ${path}: it is neither a file nor a folder. Move it out of the bundle.`);
    }
  }
}

/** Whether a folder with these files is a virtual environment, holds results, or is a store of bundles. */
function isNoPartOfTheModel(files: Set<string>): boolean {
  return files.has('pyvenv.cfg') || files.has(resultsMark) || isBundleStore(files);
}

function isBundleStore(files: Set<string>): boolean {
  return files.has('oci-layout') && files.has('index.json');
}

async function ignoreText(root: string): Promise<string | undefined> {
  try {
    return await readText(join(root, ignoreFile));
  } catch (error) {
    if (error instanceof Error && hasCode(error.cause, 'ENOENT')) return undefined;
    throw error;
  }
}

async function linkTarget(path: string, location: string, root: string): Promise<string> {
  let target: string;
  try {
    target = await realpath(location);
  } catch (cause) {
    throw new Error(`Cannot pack ${path}: it is a symbolic link that leads nowhere. Repair or remove it.`, {
      cause,
    });
  }
  if (target === root || target.startsWith(root + sep)) return target;
  throw new Error(
    `Cannot pack ${path}: it is a symbolic link out of the bundle, to ${target}. Put the content itself into the bundle.`,
  );
}

function decodeName(name: Buffer, prefix: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch (cause) {
    throw new Error(`Cannot pack ${prefix}${name.toString('latin1')}: its name is not UTF-8. Rename it.`, {
      cause,
    });
  }
}

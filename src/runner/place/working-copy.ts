import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  type Dirent,
  lchownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { execa } from 'execa';
import { hasCode } from '../../files/has-code.js';
import { inTurns } from '../../files/in-turns.js';

/** From so many files on, each is a link for a user of its own. */
const manyLinks = 500;
/** From here on the operating system's `cp`, which costs a few milliseconds to start, takes no longer, and keeps nobody waiting. */
const manyEntries = 100;
const largeBytes = 32 * 1024 * 1024;
/** Copied in well under a millisecond. */
const smallBytes = 256 * 1024;

/**
 * Copies a folder into an existing one, so that a task can write to its files and no other task sees it. Reflinks
 * where the file system has them, never a hard link; executable bits stay, and everything is writable for its owner. Files
 * keep their time, to the millisecond: caches of compiled code tell by it whether they fit.
 *
 * @param user whose the copy is to be, if not the app's; nobody but the app may enter `to` yet
 */
export async function copyBundle(from: string, to: string, user?: number): Promise<void> {
  if (user !== undefined) return copyFor(user, from, to);
  const entries = entriesBelow(from);
  if (process.platform === 'linux' && entries.length >= manyEntries && entries.every(isPlain)) {
    await execa('cp', ['-R', '--preserve=timestamps', '--reflink=auto', '--', `${from}${sep}.`, to], quietly);
    await execa('chmod', ['-R', 'u+rwX', '--', to], quietly);
  } else await inTurns(copies(entries, from, to));
}

const quietly = { stdin: 'ignore', stdout: 'ignore' } as const;

/** An entry and its path in the folder, which begins with a separator; a folder before what is in it. */
interface Entry {
  path: string;
  kind: Dirent;
}

/** Paths are put together as they are here and below: with thousands of files `join` would take as long as the links. */
function entriesBelow(folder: string, below = '', entries: Entry[] = []): Entry[] {
  for (const kind of readdirSync(folder + below, { withFileTypes: true })) {
    const path = `${below}${sep}${kind.name}`;
    entries.push({ path, kind });
    if (kind.isDirectory()) entriesBelow(folder, path, entries);
  }
  return entries;
}

/**
 * A link stays one, wherever it leads: what the user may not read there, is not read for it. Files of which a copy would take long become hard
 * links instead, which the user cannot write through: large ones, and all where there are many.
 */
async function copyFor(user: number, from: string, to: string): Promise<void> {
  function* all() {
    for (const { path, as } of planFor(from)) {
      const [source, target] = [from + path, to + path];
      if (as === 'folder') {
        yield void mkdirSync(target, { mode: 0o700, recursive: true });
        chownSync(target, user, user);
      } else if (as === 'link') yield symlinkSync(readlinkSync(source), target);
      else if (as === 'copy' || !isLinked(source, target)) {
        yield copyOneFile(source, target);
        lchownSync(target, user, user);
      } else yield;
    }
  }
  await inTurns(all());
}

/** What becomes of each entry of a folder for a user of its own; `name` is another name of the same file. */
type Plan = { path: string; as: 'folder' | 'link' | 'name' | 'copy' }[];

/**
 * Of folders of many files, by their paths. A look at each file would take as long again as its link, and nobody but the app can change what is the app's: a bundle
 * is what it is once it is in the cache, and one that is brought again is another folder.
 */
const plans = new Map<string, { of: string; plan: Plan }>();
const mostPlans = 8;

function planFor(folder: string): Plan {
  const { uid, ino, ctimeMs } = statSync(folder);
  const of = `${ino} ${ctimeMs}`;
  const known = plans.get(folder);
  if (known?.of === of) return known.plan;
  const entries = entriesBelow(folder);
  const many = entries.length >= manyLinks;
  const plan = entries.map(({ path, kind }): Plan[number] => {
    if (kind.isDirectory()) return { path, as: 'folder' };
    if (kind.isSymbolicLink()) return { path, as: 'link' };
    return { path, as: kind.isFile() && mayBeNamed(folder + path, many) ? 'name' : 'copy' };
  });
  plans.delete(folder);
  if (many && uid === process.geteuid?.()) plans.set(folder, { of, plan });
  for (const oldest of [...plans.keys()].slice(0, -mostPlans)) plans.delete(oldest);
  return plan;
}

/** Whether another name of a file is as good as a copy: nobody but the app may write to it, everybody read it, and its time is that of a copy. */
function mayBeNamed(path: string, small: boolean): boolean {
  const { mode, size, uid, mtimeMs } = statSync(path);
  if (!small && size <= smallBytes) return false;
  const [owner, readers] = [(mode & 0o500) >> 6, mode & 0o5];
  if (uid !== process.geteuid?.() || owner !== readers || (mode & 0o7022) !== 0) return false;
  return Math.abs(mtimeMs - Math.round(mtimeMs)) <= 0.001;
}

/** Whether a file is there now as another name of the same. */
function isLinked(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch (error) {
    // On another disk, or by too many names already, or on one that knows no links.
    if (hasCode(error, 'EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP')) return false;
    throw error;
  }
}

const isPlain = ({ kind }: Entry): boolean => kind.isFile() || kind.isDirectory();

function* copies(entries: Entry[], from: string, to: string): Generator<void | Promise<void>> {
  for (const { path, kind } of entries) {
    const [source, target] = [from + path, to + path];
    if (kind.isDirectory()) yield void mkdirSync(target, { recursive: true });
    else if (kind.isSymbolicLink() && staysInside(source, from))
      yield symlinkSync(readlinkSync(source), target);
    else yield copyOneFile(source, target);
  }
}

/** A link that leads out of the bundle would let a task write where it leads: what it shows is copied instead. */
function staysInside(link: string, root: string): boolean {
  const shown = readlinkSync(link);
  return !isAbsolute(shown) && `${whereItLeads(link)}${sep}`.startsWith(`${realpathSync(root)}${sep}`);
}

function whereItLeads(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    return join(dirname(link), 'nowhere');
  }
}

function copyOneFile(source: string, target: string): void | Promise<void> {
  const { mode, size, mtimeMs } = statSync(source);
  const finish = () => {
    if ((mode & 0o600) !== 0o600) chmodSync(target, (mode & 0o777) | 0o600);
    // Rounded, so that the copy of a copy has the same.
    const time = Math.round(mtimeMs) / 1000;
    utimesSync(target, time, time);
  };
  if (size > smallBytes) return copyLarge(source, target, size).then(finish);
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  finish();
}

async function copyLarge(source: string, target: string, size: number): Promise<void> {
  if (process.platform === 'linux' && size >= largeBytes)
    await execa('cp', ['--reflink=auto', '--', source, target], quietly);
  else await copyFile(source, target, constants.COPYFILE_FICLONE);
}

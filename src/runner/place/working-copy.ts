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
  const entries = [...entriesBelow(from)];
  if (user !== undefined) return copyFor(user, entries, from, to);
  if (process.platform === 'linux' && entries.length >= manyEntries && entries.every(isPlain)) {
    await execa('cp', ['-R', '--preserve=timestamps', '--reflink=auto', '--', `${from}${sep}.`, to], quietly);
    await execa('chmod', ['-R', 'u+rwX', '--', to], quietly);
  } else await inTurns(copies(entries, from, to));
}

const quietly = { stdin: 'ignore', stdout: 'ignore' } as const;

/** An entry and its path in the folder; a folder before what is in it. */
interface Entry {
  path: string;
  kind: Dirent;
}

function* entriesBelow(folder: string, below = ''): Generator<Entry> {
  for (const kind of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = join(below, kind.name);
    yield { path, kind };
    if (kind.isDirectory()) yield* entriesBelow(folder, path);
  }
}

/**
 * A link stays one, wherever it leads: what the user may not read there, is not read for it. Files of which a copy would take long become hard
 * links instead, which the user cannot write through: large ones, and all where there are many.
 */
async function copyFor(user: number, entries: Entry[], from: string, to: string): Promise<void> {
  const many = entries.length >= manyLinks;
  function* all() {
    for (const { path, kind } of entries) {
      const [source, target] = [join(from, path), join(to, path)];
      if (kind.isDirectory()) {
        yield void mkdirSync(target, { mode: 0o700, recursive: true });
        chownSync(target, user, user);
      } else if (kind.isSymbolicLink()) yield symlinkSync(readlinkSync(source), target);
      else if (!kind.isFile() || !isLinked(source, target, many)) {
        yield copyOneFile(source, target);
        lchownSync(target, user, user);
      } else yield;
    }
  }
  await inTurns(all());
}

/** Whether a file is there now as another name of the same: nobody but the app may write to it, everybody read it, and its time is that of a copy. */
function isLinked(source: string, target: string, small: boolean): boolean {
  const { mode, size, uid, mtimeMs } = statSync(source);
  if (!small && size <= smallBytes) return false;
  const [owner, readers] = [(mode & 0o500) >> 6, mode & 0o5];
  if (uid !== process.geteuid?.() || owner !== readers || (mode & 0o7022) !== 0) return false;
  if (Math.abs(mtimeMs - Math.round(mtimeMs)) > 0.001) return false;
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
    const [source, target] = [join(from, path), join(to, path)];
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

import { constants, type Dirent } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readlink, realpath, stat, symlink, utimes } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { execa } from 'execa';

/** From here on the operating system's `cp`, which costs a few milliseconds to start, takes half the time. */
const manyEntries = 500;
const largeBytes = 32 * 1024 * 1024;

/**
 * Copies a folder into an existing one, so that a task can write to its files and no other task sees it. Reflinks
 * where the file system has them, never a hard link; executable bits stay, and everything is writable for its owner. Files
 * keep their time, to the millisecond: caches of compiled code tell by it whether they fit.
 */
export async function copyBundle(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true, recursive: true });
  if (process.platform === 'linux' && entries.length >= manyEntries && entries.every(isPlain)) {
    await execa('cp', ['-R', '--preserve=timestamps', '--reflink=auto', '--', `${from}${sep}.`, to], quietly);
    await execa('chmod', ['-R', 'u+rwX', '--', to], quietly);
  } else await copyFolder(from, to, await realpath(from));
}

const quietly = { stdin: 'ignore', stdout: 'ignore' } as const;

const isPlain = (entry: Dirent): boolean => entry.isFile() || entry.isDirectory();

async function copyFolder(from: string, to: string, root: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) {
        await mkdir(target, { recursive: true });
        await copyFolder(source, target, root);
      } else if (entry.isSymbolicLink() && (await staysInside(source, root))) {
        await symlink(await readlink(source), target);
      } else {
        await copyOneFile(source, target);
      }
    }),
  );
}

/** A link that leads out of the bundle would let a task write where it leads: what it shows is copied instead. */
async function staysInside(link: string, root: string): Promise<boolean> {
  const [shown, target] = [
    await readlink(link),
    await realpath(link).catch(() => join(dirname(link), 'nowhere')),
  ];
  return !isAbsolute(shown) && `${target}${sep}`.startsWith(`${root}${sep}`);
}

async function copyOneFile(source: string, target: string): Promise<void> {
  const { mode, size, mtimeMs } = await stat(source);
  if (process.platform === 'linux' && size >= largeBytes)
    await execa('cp', ['--reflink=auto', '--', source, target], quietly);
  else await copyFile(source, target, constants.COPYFILE_FICLONE);
  if ((mode & 0o600) !== 0o600) await chmod(target, (mode & 0o777) | 0o600);
  // Rounded, so that the copy of a copy has the same.
  const time = Math.round(mtimeMs) / 1000;
  await utimes(target, time, time);
}

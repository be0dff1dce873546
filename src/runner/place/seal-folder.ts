import { chmodSync, lchownSync, lstatSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Takes a folder, and all of a user's own in it, back from this user: it is the app's then, and read-only for whoever may read it. From the top down,
 * so that a process of the user that still runs can put nothing in the place of what is looked at next. What is somebody else's already, stays as it is.
 *
 * @param group whose members may read it; undefined: everybody
 */
export function sealFolder(path: string, user: number, group?: number): void {
  const kind = lstatSync(path);
  const { mode, uid } = kind;
  if (uid === user) {
    lchownSync(path, process.geteuid?.() ?? 0, group ?? 0);
    const own = kind.isDirectory() || (mode & 0o100) !== 0 ? 0o5 : 0o4;
    if (kind.isDirectory() || kind.isFile())
      chmodSync(path, (own << 6) | (own << 3) | (group === undefined ? own : 0));
    // As copies have it, so that a link to it may stand for one.
    if (kind.isFile()) utimesSync(path, Math.round(kind.mtimeMs) / 1000, Math.round(kind.mtimeMs) / 1000);
  }
  if (!kind.isDirectory()) return;
  for (const name of readdirSync(path)) sealFolder(join(path, name), user, group);
}

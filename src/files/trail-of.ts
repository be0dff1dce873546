import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve, sep } from 'node:path';

/** What lies on the way to a file or folder. */
export interface Trail {
  /** Without links. */
  real: string;
  /** Links that are followed, and where they lead. */
  links: { link: string; to: string }[];
  /** Folders above it, or above one of the links, that may be entered by their owners alone; the upper before the lower. */
  closed: string[];
}

const others = { read: 0o4, search: 0o1 };

/** @param path absolute; what it ends with need not be there */
export function trailOf(path: string): Trail {
  const links: Trail['links'] = [];
  const closed: string[] = [];
  const ahead = resolve(path).split(sep);
  let at: string = sep;
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    if ((statSync(at).mode & others.search) === 0) closed.push(at);
    const next = join(at, name);
    if (lstatSync(next, { throwIfNoEntry: false })?.isSymbolicLink()) {
      const to = readlinkSync(next);
      links.push({ link: next, to });
      ahead.unshift(...to.split(sep));
      if (isAbsolute(to)) at = sep;
    } else at = next;
  }
  return { real: at, links, closed: [...new Set(closed)] };
}

/** Why a user that has no rights of its own may not use what is at the end of a trail, as the rest of a sentence; empty when it may. */
export function whyClosed({ real }: Trail): string {
  const found = statSync(real, { throwIfNoEntry: false });
  if (found === undefined) return '';
  if (found.isDirectory())
    return (found.mode & others.search) !== 0
      ? ''
      : `${real} may be entered by its owner alone (chmod o+x ${real})`;
  const needed = others.read | ((found.mode & 0o100) !== 0 ? others.search : 0);
  return (found.mode & needed) === needed
    ? ''
    : `${real} may be used by its owner alone (chmod o+rx ${real})`;
}

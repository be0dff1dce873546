import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { normalisedName } from '../../contracts/bundle/normalised-name.js';
import type { LackingWheel } from './lacking-wheel.js';
import type { Source } from './source.js';

const Lock = z.looseObject({
  package: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string().optional(),
      source: z.record(z.string(), z.unknown()).optional(),
      sdist: z
        .looseObject({
          url: z.string().optional(),
          path: z.string().optional(),
          hash: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

/**
 * Where a uv.lock says that the source of a package is.
 *
 * @param folder of the lock, in which paths are relative
 */
export async function lockedSource(
  folder: string,
  { name, version }: LackingWheel,
): Promise<Source | undefined> {
  const { package: packages } = Lock.parse(parse(await readFile(join(folder, 'uv.lock'), 'utf8')));
  const found = packages.find(
    (each) =>
      normalisedName(each.name) === normalisedName(name) &&
      (version === undefined || each.version === undefined || each.version === version),
  );
  if (found === undefined) return undefined;
  const { source = {}, sdist } = found;
  const named = { name, version: found.version ?? version ?? '' };
  const hashes = sdist?.hash === undefined ? [] : [sdist.hash];
  const text = (key: string) => (typeof source[key] === 'string' ? source[key] : undefined);
  const [git, url, path] = [text('git'), text('url') ?? sdist?.url, text('path') ?? sdist?.path];
  const directory = text('directory') ?? text('editable');
  const below = text('subdirectory');
  const subdirectory = below === undefined ? {} : { subdirectory: below };
  if (directory !== undefined) return { ...named, folder: resolve(folder, directory) };
  if (path !== undefined) return { ...named, file: resolve(folder, path), hashes };
  if (git !== undefined) {
    const address = new URL(git);
    const commit = address.hash.slice(1);
    const inside = address.searchParams.get('subdirectory');
    address.hash = '';
    address.search = '';
    return {
      ...named,
      git: address.href,
      commit,
      ...subdirectory,
      ...(inside !== null && { subdirectory: inside }),
    };
  }
  return url === undefined ? undefined : { ...named, url, hashes, ...subdirectory };
}

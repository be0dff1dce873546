import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digestOfFolders } from '../../files/digest-of-folders.js';
import { makeReadOnly } from '../place/make-read-only.js';
import { removeFolder } from '../place/remove-folder.js';
import { sealFolder } from '../place/seal-folder.js';
import type { WarmUp } from './warm-up.js';

const mark = 'warm-up.json';
const Mark = z.object({ digest: z.string() });
/** What nobody has used for this long is removed. */
const unusedMs = 24 * 3600 * 1000;
/** An unfinished one of a worker that is gone. */
const unfinishedMs = 2 * 3600 * 1000;

/** The warm-ups that have been made on this machine, for all workers of one scratch folder. */
export interface KeptWarmUps {
  find(key: string): Promise<WarmUp | undefined>;
  /** A folder, not there yet, that is removed when its worker goes away before it is kept. */
  unfinished(): string;
  /**
   * Takes over the two folders. When another worker was first, its warm-up stands.
   *
   * @param user whose they are, if not the app's; nothing runs as it any more
   */
  keep(key: string, made: { bundle: string; home: string }, user?: number): Promise<WarmUp>;
}

export function keptWarmUps(scratchRoot: string): KeptWarmUps {
  const root = join(scratchRoot, 'warm-ups');
  const folderOf = (key: string) => join(root, createHash('sha256').update(key).digest('hex').slice(0, 32));

  const find = async (key: string): Promise<WarmUp | undefined> => {
    const folder = folderOf(key);
    const text = await readFile(join(folder, mark), 'utf8').catch(unlessMissing);
    if (text === undefined) return undefined;
    const now = new Date();
    await utimes(folder, now, now).catch(unlessMissing);
    const { digest } = Mark.parse(JSON.parse(text));
    return { bundle: join(folder, 'bundle'), home: join(folder, 'home'), digest };
  };

  const unfinished = () => join(root, `.${randomUUID()}`);

  return {
    find,
    unfinished,
    async keep(key, { bundle, home }, user) {
      await removeUnused(root);
      const folder = unfinished();
      try {
        // Tasks have copies, or other names of the same files.
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const folders = [join(folder, 'bundle'), join(folder, 'home')] as const;
        await rename(bundle, folders[0]);
        await rename(home, folders[1]);
        await writeFile(join(folder, mark), JSON.stringify({ digest: await digestOfFolders([...folders]) }));
        for (const each of folders) {
          if (user === undefined) await makeReadOnly(each);
          else sealFolder(each, user);
        }
        // A folder that is there, and not empty, is not replaced.
        await rename(folder, folderOf(key)).catch(unlessThere);
      } finally {
        await removeFolder(folder);
      }
      const kept = await find(key);
      if (kept === undefined) throw new Error(`Cannot keep a warm-up in ${root}: it is gone again.`);
      return kept;
    },
  };
}

async function removeUnused(root: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const folder = join(root, name);
    const used = await stat(folder).catch(unlessMissing);
    const keptMs = name.startsWith('.') ? unfinishedMs : unusedMs;
    if (used === undefined || Date.now() - used.mtimeMs < keptMs) continue;
    // Whoever finds it meanwhile must not find half of it.
    await rm(join(folder, mark), { force: true });
    await removeFolder(folder);
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

function unlessThere(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return undefined;
  throw error;
}

import { mkdirSync, openSync, writeSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptProgress, ProgressMemory } from '../jobs/recording/create-progress.js';
import { workerName } from '../runner/identity/worker-name.js';
import { mayLive } from '../runner/sweep/may-live.js';

type Identity = Parameters<typeof workerName>[0];

interface Written {
  worker: Identity;
  kept: KeptProgress[];
}

/**
 * What this instance has summed up, in a file for each living worker. A new worker takes over those of dead ones, so that there are as many
 * summaries of a run as workers side by side, and not as many as were replaced. A file that is lost costs no more than a new summary.
 *
 * @param folder below the scratch folder of the instance
 */
export function progressMemory(folder: string, worker: Identity): ProgressMemory {
  const own = join(folder, `${workerName(worker)}.json`);
  let isTold = false;
  let file: number | undefined;
  let longest = 0;
  return {
    async load() {
      await mkdir(folder, { recursive: true });
      const taken = await Promise.all((await readdir(folder)).map((name) => take(join(folder, name))));
      return taken.flat();
    },
    save(kept) {
      try {
        file ??= create();
        const text = JSON.stringify({ worker, kept } satisfies Written);
        const size = Buffer.byteLength(text);
        longest = Math.max(longest, size);
        // In its place, by one call for each task: a new file for each would have the disk wait. What is shorter ends with spaces.
        const bytes = Buffer.alloc(longest, ' ');
        bytes.write(text);
        for (let at = 0; at < longest; ) at += writeSync(file, bytes, at, longest - at, at);
      } catch (error) {
        if (!isTold)
          console.warn(`What this instance has done for runs cannot be kept in ${folder}: ${error}`);
        isTold = true;
      }
    },
  };

  function create(): number {
    mkdirSync(folder, { recursive: true });
    return openSync(own, 'w', 0o600);
  }

  /** @returns nothing where its worker lives, or another one was faster */
  async function take(path: string): Promise<KeptProgress[]> {
    if (!path.endsWith('.json') || path === own) return [];
    try {
      const owner = await ownerOf(path);
      if (await mayLive(owner, path)) return [];
      if (owner === undefined) {
        await rm(path);
        return [];
      }
      const mine = `${path}.${workerName(worker)}`;
      await rename(path, mine);
      const { kept }: Written = JSON.parse(await readFile(mine, 'utf8'));
      await rm(mine);
      return kept;
    } catch {
      return []; // taken meanwhile, or half written: what it says is missing, and readers find out
    }
  }

  /** @returns undefined where that cannot be told: it is half written */
  async function ownerOf(path: string): Promise<Identity | undefined> {
    const text = await readFile(path, 'utf8');
    try {
      return (JSON.parse(text) as Written).worker;
    } catch {
      return undefined;
    }
  }
}

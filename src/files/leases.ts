import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isReadOnly } from './kinds-of-trouble.js';
import { namesIn } from './names-in.js';

/** Says what is in use, across processes: what has a lease is not removed. */
export interface Leases {
  /** @returns what gives it back */
  take(id: string): Promise<() => Promise<void>>;
  /** Removes what killed processes held. */
  sweep(): Promise<void>;
  /** Whether any living process holds one. */
  held(id: string): Promise<boolean>;
}

const signOfLifeMs = 5_000;
/** A holder that gave no sign of life for this long was killed. */
const staleMs = 60_000;

interface Lease {
  holders: number;
  file: Promise<string | undefined>;
}

/** Leases are files `<folder>/<id>.<uuid>`, one for each process and thing, which their holder touches. */
export function createLeases(folder: string): Leases {
  const own = new Map<string, Lease>();
  let signs: NodeJS.Timeout | undefined;

  async function create(id: string): Promise<string | undefined> {
    const file = join(folder, `${id}.${randomUUID()}`);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, '', { flag: 'wx' });
      return file;
    } catch (error) {
      // Nothing can be removed from a place that cannot be written.
      if (isReadOnly(error)) return undefined;
      throw error;
    }
  }

  /** Somebody may have taken a lease for dead while this process slept: then it is made anew. */
  function giveSigns(): void {
    const now = new Date();
    for (const { file } of own.values()) {
      void file
        .then((path) =>
          path === undefined ? undefined : utimes(path, now, now).catch(() => writeFile(path, '')),
        )
        // The next sign comes soon.
        .catch(() => undefined);
    }
  }

  async function giveBack(id: string, lease: Lease): Promise<void> {
    lease.holders -= 1;
    if (lease.holders > 0) return;
    if (own.get(id) === lease) own.delete(id);
    if (own.size === 0) {
      clearInterval(signs);
      signs = undefined;
    }
    const file = await lease.file;
    if (file !== undefined) rmSync(file, { force: true });
  }

  return {
    async take(id) {
      const lease = own.get(id) ?? { holders: 0, file: create(id) };
      own.set(id, lease);
      lease.holders += 1;
      signs ??= setInterval(giveSigns, signOfLifeMs).unref();
      let given: Promise<void> | undefined;
      const release = () => {
        given ??= giveBack(id, lease);
        return given;
      };
      await lease.file.catch(async (error: unknown) => {
        await release().catch(() => undefined); // it is the same error
        throw error;
      });
      return release;
    },

    async sweep() {
      const names = await namesIn(folder);
      await Promise.all(names.map((name) => isLiving(join(folder, name))));
    },

    async held(id) {
      const names = (await namesIn(folder)).filter((name) => name.startsWith(`${id}.`));
      const living = await Promise.all(names.map((name) => isLiving(join(folder, name))));
      return living.some(Boolean);
    },
  };
}

/** Removes what a killed process left. */
async function isLiving(file: string): Promise<boolean> {
  const facts = await stat(file).catch(() => undefined); // given back meanwhile
  if (facts === undefined) return false;
  if (facts.mtimeMs > Date.now() - staleMs) return true;
  await rm(file, { force: true });
  return false;
}

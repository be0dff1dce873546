import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../package/package-root.js';
import type { KeptFolders, MadeOfBundle, Stored } from '../../simulation/ports.js';
import { askPython } from '../ask-python.js';
import type { BuildOptions } from '../build/build-options.js';
import type { EnvironmentName } from './environment-store.js';
import { unpackWithPython } from './unpack-with-python.js';

const scriptAt = (name: string) => join(packageRoot, 'src', 'environments', 'python', name);
const Packed = z.object({ problem: z.string().nullable() });
const Unpacked = z.object({ refused: z.string().nullable() });
/** As for environments: gigabytes take minutes. */
const longestMs = 30 * 60_000;

/** What bundles begin with, in a store of environments: each beside its bundle, named for all that decides what it is. */
export function createKeptFolders({ open, warn }: NonNullable<BuildOptions['store']>): KeptFolders {
  return { fetch, keep };

  async function fetch(made: MadeOfBundle, into: string): Promise<boolean> {
    let where = 'the store of bundles';
    const name = await nameOf(made);
    try {
      const store = await open();
      where = store.name;
      const fetched = await store.read(name, async (tar) => {
        await rm(into, { recursive: true, force: true });
        await mkdir(dirname(into), { recursive: true });
        const argv = ['-S', scriptAt('unpack_folder.py'), into, made.bundle.path];
        await unpackWithPython(tar, made.environment.python, argv, Unpacked);
        return true;
      });
      return fetched === true;
    } catch (error) {
      await rm(into, { recursive: true, force: true });
      const why = error instanceof Error ? error.message : String(error);
      warn(
        `Cannot use what ${where} has of ${made.what} for bundle ${name.bundleRef}: ${why}. It is made here instead; \`mops-cold bundle build --repair\` stores it anew.`,
      );
      return false;
    }
  }

  async function keep(
    made: MadeOfBundle,
    { root, names }: { root: string; names: string[] },
    { again }: { again: boolean },
  ): Promise<Stored> {
    const store = await open();
    const name = await nameOf(made);
    const there = again ? undefined : await store.find(name);
    if (there !== undefined) return { digest: there, size: 0 };
    const folder = join(root, `.packed-${randomBytes(6).toString('hex')}`);
    try {
      await mkdir(folder);
      const file = join(folder, 'folder.tar');
      const request = JSON.stringify({ file, root, names, bundle: made.bundle.path });
      const argv = ['-I', '-S', scriptAt('pack_folder.py'), request];
      const { problem } = await askPython(made.environment.python, argv, 'to pack a folder', Packed, {
        longestMs,
      });
      if (problem !== null)
        throw new Error(`Cannot store what comes of ${made.what} of bundle ${name.bundleRef}: ${problem}.`);
      return await store.put(name, file);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

/** The Python of all bundles has what somebody installed in it: it is named for that. */
async function nameOf({ what, from, bundle, environment }: MadeOfBundle): Promise<EnvironmentName> {
  const where = environment.id ?? (await environment.facts());
  const key = JSON.stringify([what, from ?? null, bundle.digest, environment.version, where]);
  const id = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return { id, bundleRef: bundle.ref ?? bundle.digest };
}

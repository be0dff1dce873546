import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { withLock } from '../../files/with-lock.js';
import { packageRoot } from '../../package/package-root.js';
import type { LocalBundle, Stored } from '../../simulation/ports.js';
import { askPython } from '../ask-python.js';
import type { BuildPlan } from '../build/build-plan.js';
import { readMark } from '../build/mark.js';
import { makeBytecode } from '../bytecode/make-bytecode.js';
import type { EnvironmentStore } from './environment-store.js';

const script = join(packageRoot, 'src', 'environments', 'python', 'pack_environment.py');
const Packed = z.object({ files: z.number(), bytes: z.number(), problem: z.string().nullable() });
/** 5 GB on a slow disk take minutes. */
const longestMs = 30 * 60_000;

/**
 * Packs an environment that is built, its bytecode included, and stores it unless it is there.
 *
 * @param again whether it is stored in the place of one that is there
 */
export async function storeEnvironment(
  plan: BuildPlan,
  bundle: LocalBundle,
  store: EnvironmentStore,
  { again }: { again: boolean },
): Promise<Stored> {
  const name = { id: plan.id, bundleRef: bundle.ref ?? bundle.digest };
  const there = again ? undefined : await store.find(name);
  if (there !== undefined) return { digest: there, size: 0 };
  await makeBytecode(plan.folder, { beside: false });
  // Who builds it anew removes what lies beside it.
  return withLock(plan.folder, async () => {
    const folder = `${plan.folder}.tmp-${randomBytes(6).toString('hex')}`;
    const file = join(folder, 'environment.tar');
    try {
      await mkdir(folder, { recursive: true });
      const mark = await readMark(plan.folder);
      if (mark === undefined)
        throw new Error(`Cannot pack the environment at ${plan.folder}: it is gone again.`);
      const { installer, builtAt, project } = mark;
      const about = JSON.stringify({ id: plan.id, installer, builtAt, python: plan.python.version, project });
      const inside = join(plan.folder, 'bin', 'python');
      const { problem } = await askPython(
        inside,
        ['-I', '-S', script, file, about],
        'to pack its environment',
        Packed,
        { longestMs },
      );
      if (problem !== null) throw new Error(`Cannot pack the environment at ${plan.folder}: ${problem}.`);
      return await store.put(name, file);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  });
}

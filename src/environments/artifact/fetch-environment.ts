import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalBundle } from '../../simulation/ports.js';
import type { BuildOptions } from '../build/build-options.js';
import type { BuildPlan } from '../build/build-plan.js';
import { environmentState } from '../build/environment-state.js';
import { baseOf, writeMark } from '../build/mark.js';
import { unpackEnvironment } from './unpack-environment.js';

/**
 * Unpacks an environment that was built ahead, in a folder beside the one where it belongs, and puts it there when it is whole.
 *
 * @returns whether it is there now: what cannot be fetched can still be built
 */
export async function fetchEnvironment(
  plan: BuildPlan,
  bundle: LocalBundle,
  { open, warn }: NonNullable<BuildOptions['store']>,
): Promise<boolean> {
  const folder = `${plan.folder}.tmp-${randomBytes(6).toString('hex')}`;
  const environment = join(folder, 'environment');
  const name = { id: plan.id, bundleRef: bundle.ref ?? bundle.digest };
  let where = 'the store of bundles';
  try {
    const store = await open();
    where = store.name;
    const fetched = await store.read(name, async (bytes, digest) => {
      await rm(environment, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const { python } = plan.python;
      return {
        digest,
        ...(await unpackEnvironment(bytes, { python, folder: environment, final: plan.folder })),
      };
    });
    if (fetched === undefined) return false;
    const state = await environmentState(join(environment, 'bin', 'python'));
    const { damaged, distributions } = state;
    if (damaged[0] !== undefined) throw new Error(`in it, ${damaged[0]} is not what was installed`);
    await writeMark(environment, {
      id: plan.id,
      declared: bundle.dependencies.map(({ file }) => file),
      installer: fetched.installer,
      python: await baseOf(environment, plan.python, state),
      builtAt: fetched.builtAt,
      fetched: fetched.digest,
      distributions,
      ...(fetched.project !== undefined && { project: fetched.project }),
    });
    await rename(environment, plan.folder);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    warn(
      `Cannot use the environment ${plan.id} that ${where} has for bundle ${name.bundleRef}: ${why}. It is built here from what the bundle declares instead; \`mops-cold bundle build --repair\` stores it anew.`,
    );
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

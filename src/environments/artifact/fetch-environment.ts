import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalBundle } from '../../simulation/ports.js';
import type { BuildOptions } from '../build/build-options.js';
import type { BuildPlan } from '../build/build-plan.js';
import type { WholePython } from '../build/environment-state.js';
import { putInPlace } from '../build/put-in-place.js';
import { unpackEnvironment } from './unpack-environment.js';

/**
 * Unpacks an environment that was built ahead, in a folder beside the one where it belongs, and puts it there when it is whole.
 *
 * @returns its Python, now that it is there; undefined when it cannot be fetched, and can still be built
 */
export async function fetchEnvironment(
  plan: BuildPlan,
  bundle: LocalBundle,
  { open, warn }: NonNullable<BuildOptions['store']>,
): Promise<WholePython | undefined> {
  const folder = `${plan.folder}.tmp-${randomBytes(6).toString('hex')}`;
  const environment = join(folder, 'environment');
  const name = { id: plan.id, bundleRef: bundle.ref ?? bundle.digest };
  let where = 'the store of bundles';
  try {
    const store = await open();
    where = store.name;
    const fetched = await store.read(name, async (tar, digest) => {
      await rm(environment, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const { python } = plan.python;
      return {
        digest,
        ...(await unpackEnvironment(tar, { python, folder: environment, final: plan.folder })),
      };
    });
    if (fetched === undefined) return undefined;
    const { state } = fetched;
    const [damaged] = state.damaged;
    if (damaged !== undefined) throw new Error(`in it, ${damaged} is not what was installed`);
    return await putInPlace(plan, environment, state, {
      declared: bundle.dependencies.map(({ file }) => file),
      installer: fetched.installer,
      builtAt: fetched.builtAt,
      fetched: fetched.digest,
      ...(fetched.project !== undefined && { project: fetched.project }),
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    warn(
      `Cannot use the environment ${plan.id} that ${where} has for bundle ${name.bundleRef}: ${why}. It is built here from what the bundle declares instead; \`mops-cold bundle build --repair\` stores it anew.`,
    );
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

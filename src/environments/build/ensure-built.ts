import { dirname } from 'node:path';
import { isFull } from '../../files/kinds-of-trouble.js';
import { withLock } from '../../files/with-lock.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import type { LocalBundle } from '../../simulation/ports.js';
import { fetchEnvironment } from '../artifact/fetch-environment.js';
import { readDeclaration } from '../read-declaration.js';
import { buildEnvironment } from './build-environment.js';
import { BuildFailed } from './build-failed.js';
import type { BuildOptions } from './build-options.js';
import { type BuildPlan, besides } from './build-plan.js';
import { closeCache } from './close-cache.js';
import type { WholePython } from './environment-state.js';
import { refuseAgain, rememberFailure } from './failed-before.js';
import { findInstaller } from './find-installer.js';
import { builtStamp } from './mark.js';
import { forgetFailure } from './remembered-failure.js';
import { removeRubbish } from './remove-rubbish.js';
import { takeAway } from './take-away.js';

/**
 * Builds an environment unless it is there. Of all processes of this machine that ask for it, one builds and the others wait.
 *
 * @param mustFit throws when the bundle's lock is out of date
 * @param unwanted stamp of one that is there and shall be replaced
 * @returns the stamp of the one that is there now, and its Python where it was made here just now, and so has been looked through
 * @throws EnvironmentFailed when it cannot be built; another error when it may be later.
 */
export async function ensureBuilt(
  plan: BuildPlan,
  bundle: LocalBundle,
  options: BuildOptions,
  mustFit: () => Promise<void>,
  unwanted?: string,
): Promise<{ stamp: string; made?: WholePython }> {
  return withLock(plan.folder, async () => {
    const there = await builtStamp(plan.folder);
    if (there !== undefined && there !== unwanted) return { stamp: there };
    const fetched = await builtAhead(plan, bundle, options);
    if (fetched) return { stamp: await stampOf(plan), made: fetched };
    const [installer] = await Promise.all([findInstaller(plan.python.python, options.uv), mustFit()]);
    if (installer.kind === 'uv' && options.sandbox?.users && process.geteuid?.() === 0)
      await closeCache(installer);
    const by = JSON.stringify([
      installer.name,
      options.indexUrl,
      options.extraIndexUrls,
      plan.python.version,
    ]);
    await refuseAgain(plan, by, options);
    await takeAway(plan.folder);
    await removeRubbish(dirname(plan.folder), plan.id);
    let made: WholePython;
    try {
      const declaration = await readDeclaration(bundle);
      made = await buildEnvironment(plan, bundle, { declaration, installer, options });
    } catch (error) {
      await rememberFailure(plan, by, error);
      if (error instanceof BuildFailed && !error.mayPass)
        throw new EnvironmentFailed(error.message, { cause: error, ...(error.log && { log: error.log }) });
      if (isFull(error))
        throw new Error(
          `Cannot build the environment of the bundle: the disk of ${dirname(plan.folder)} is full. Free space there, or let MODELOPS_VENVS_DIR name another disk.`,
          { cause: error },
        );
      throw error;
    }
    await forgetFailure(besides(plan).failure);
    return { stamp: await stampOf(plan), made };
  });
}

async function stampOf(plan: BuildPlan): Promise<string> {
  const built = await builtStamp(plan.folder);
  if (built !== undefined) return built;
  throw new Error(`Cannot use the environment at ${plan.folder}: it is gone again.`);
}

/** The Python of one that was built ahead elsewhere and is here now. */
async function builtAhead(
  plan: BuildPlan,
  bundle: LocalBundle,
  { store, fresh }: BuildOptions,
): Promise<WholePython | undefined> {
  if (store === undefined || fresh) return undefined;
  await takeAway(plan.folder);
  await removeRubbish(dirname(plan.folder), plan.id);
  const fetched = await fetchEnvironment(plan, bundle, store);
  if (fetched) await forgetFailure(besides(plan).failure);
  return fetched;
}

import { existsSync } from 'node:fs';
import { mkdir, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isReadOnly } from '../../files/kinds-of-trouble.js';
import { createLeases } from '../../files/leases.js';
import { letPass } from '../../files/let-pass.js';
import { mustBeOurs } from '../../files/must-be-ours.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import type { BuiltBundle, KeptFolders, LocalBundle, PythonEnvironment } from '../../simulation/ports.js';
import { makeBytecode } from '../bytecode/make-bytecode.js';
import { choosePython } from '../choose-python.js';
import { environmentId } from '../environment-id.js';
import { type FoundPython, foundPython } from '../find-python.js';
import { readDeclaration } from '../read-declaration.js';
import { rememberSuccess } from '../remember-success.js';
import { buildBundle, builtBundleFolder, findBuiltBundle } from './build-command.js';
import type { BuildOptions } from './build-options.js';
import type { BuildPlan } from './build-plan.js';
import { ensureBuilt } from './ensure-built.js';
import { environmentState, type WholePython } from './environment-state.js';
import { keepLimit } from './keep-limit.js';
import { baseOf, builtStamp, readMark } from './mark.js';
import { outgrownLock } from './outgrown-lock.js';

export interface Builder {
  /** Where the environment of a bundle is, or will be. @throws EnvironmentFailed when no Python here fits. */
  planFor(bundle: LocalBundle): Promise<BuildPlan>;
  /** @throws EnvironmentFailed when the lock of a bundle is out of date. */
  mustFit(bundle: LocalBundle): Promise<void>;
  /** Whether it is there. */
  isBuilt(plan: BuildPlan): Promise<boolean>;
  /**
   * The interpreter of the bundle's environment, built unless it is there.
   *
   * @param onBuild called once when it is not there
   * @throws EnvironmentFailed when it cannot be built; another error when it may be later.
   */
  built(bundle: LocalBundle, onBuild?: () => void): Promise<BuiltPython>;
  /**
   * Where a bundle lies as its build command has left it, which runs unless it has.
   *
   * @param onBuild called once when it has not
   * @throws EnvironmentFailed when the command fails; another error when it may succeed later.
   */
  builtBundle(
    bundle: LocalBundle,
    environment: PythonEnvironment,
    onBuild?: () => void,
  ): Promise<BuiltBundle>;
  /** Whether its build command has run. */
  isBundleBuilt(
    bundle: LocalBundle,
    environment: Pick<PythonEnvironment, 'id' | 'python' | 'version'>,
  ): Promise<boolean>;
}

/** The interpreter of an environment that is built. */
export type BuiltPython = FoundPython & {
  id: string;
  /** The interpreter that it was made with, which executes nothing of what is installed. */
  base: string;
  /** The distribution that the bundle itself is installed as. */
  project?: string;
};

/** Finds out and remembers, for as long as a process lives, which environments are there and whole. */
export function createBuilder(
  findBase: () => Promise<FoundPython>,
  venvsFolder: string,
  options: BuildOptions,
  kept?: KeptFolders,
): Builder {
  const plans = rememberSuccess<BuildPlan>();
  const outgrown = rememberSuccess<string | undefined>();
  const builds = new Map<string, ReturnType<typeof ensureBuilt>>();
  const whole = rememberSuccess<BuiltPython>();
  const freshened = new Set<string>();
  let told = false;
  const folder = resolve(venvsFolder);
  const leases = createLeases(join(folder, 'leases'));
  const held = rememberSuccess<void>();

  const planFor = (bundle: LocalBundle) =>
    plans(bundle.digest, async () => {
      const python = await choosePython(await findBase(), bundle, options.pythons);
      const declaration = await readDeclaration(bundle);
      // A lock says itself where its packages come from.
      const { indexUrl, extraIndexUrls } = options;
      const indexes = declaration.lock
        ? []
        : [...(indexUrl === undefined ? [] : [indexUrl]), ...extraIndexUrls];
      const id = environmentId(declaration, python, indexes);
      return { id, folder: join(folder, id), python };
    });

  /** Asked before one is built: the id says what the project requires, as well as the lock, so that one that is there was built from a lock that fits. */
  async function mustFit(bundle: LocalBundle): Promise<void> {
    const why = await outgrown(bundle.digest, async () => outgrownLock((await findBase()).python, bundle));
    if (why !== undefined) throw new EnvironmentFailed(why);
  }

  /** From now on nobody removes it while this process lives: what is started ahead runs in it too. */
  const hold = (plan: BuildPlan, bundle: LocalBundle) =>
    held(plan.id, async () => {
      await mkdir(folder, { recursive: true, mode: 0o711 });
      mustBeOurs(folder, 'MODELOPS_VENVS_DIR');
      await letPass([folder]);
      await leases.take(plan.id);
      // Somebody who has not seen the lease may be removing it.
      if ((await builtStamp(plan.folder)) !== undefined && existsSync(`${plan.folder}.lock`))
        await build(plan, bundle);
    });

  /** Calls at the same time share one build. */
  async function build(
    plan: BuildPlan,
    bundle: LocalBundle,
    unwanted?: string,
  ): ReturnType<typeof ensureBuilt> {
    const begun = builds.get(plan.id) ?? ensureBuilt(plan, bundle, options, () => mustFit(bundle), unwanted);
    builds.set(plan.id, begun);
    try {
      const built = await begun;
      // Nobody waits for it: what does not fit today is removed after the next build.
      void makeRoom(options.limitBytes).catch(tellOnce);
      return built;
    } catch (error) {
      // What nobody uses makes room for the next try.
      if (/disk of .* is full|No space left on device|Disk quota exceeded/.test(String(error)))
        await makeRoom(0).catch(tellOnce);
      throw error;
    } finally {
      if (builds.get(plan.id) === begun) builds.delete(plan.id);
    }
  }

  async function built(bundle: LocalBundle, onBuild?: () => void): Promise<BuiltPython> {
    let waits = false;
    const anew = (plan: BuildPlan, unwanted?: string) => {
      if (!waits) onBuild?.();
      waits = true;
      return build(plan, bundle, unwanted);
    };
    const plan = await planFor(bundle);
    await hold(plan, bundle);
    // Looked for each time: it may have been built or removed meanwhile.
    const there = await builtStamp(plan.folder);
    const isFresh = !options.fresh || freshened.has(plan.id);
    const found = there !== undefined && isFresh ? { stamp: there } : await anew(plan, there);
    freshened.add(plan.id);
    const open = ({ stamp, made }: Awaited<ReturnType<typeof ensureBuilt>>) =>
      whole(`${plan.folder} ${stamp}`, async () => {
        const opened = await openWhole(plan, made);
        // Tasks can begin without it: it is worth a second to each that comes later. What fails here costs no more than that.
        void makeBytecode(plan.folder, { beside: true }).catch((error: unknown) =>
          console.warn(`The bytecode of the environment ${plan.id} could not be made: ${String(error)}`),
        );
        return opened;
      });
    try {
      return await open(found);
    } catch (error) {
      if (!(error instanceof EnvironmentFailed)) throw error;
      return open(await anew(plan, found.stamp));
    }
  }

  const bundleFolder = (
    bundle: LocalBundle,
    environment: Pick<PythonEnvironment, 'id' | 'python' | 'version'>,
  ) => builtBundleFolder(folder, bundle, environment);
  const bundles = new Map<string, Promise<BuiltBundle>>();

  async function builtBundle(
    bundle: LocalBundle,
    environment: PythonEnvironment,
    onBuild?: () => void,
  ): Promise<BuiltBundle> {
    const place = bundleFolder(bundle, environment);
    const anew = options.fresh && !freshened.has(place);
    const there = anew ? undefined : await findBuiltBundle(place);
    if (there !== undefined) return there;
    onBuild?.();
    // Calls at the same time share one build.
    const begun = bundles.get(place) ?? buildBundle(place, bundle, environment, { options, anew, kept });
    bundles.set(place, begun);
    try {
      const built = await begun;
      freshened.add(place);
      return built;
    } finally {
      bundles.delete(place);
    }
  }

  return {
    builtBundle,
    isBundleBuilt: async (bundle, environment) =>
      (await findBuiltBundle(bundleFolder(bundle, environment))) !== undefined,
    planFor,
    mustFit,
    isBuilt: async (plan) => (await builtStamp(plan.folder)) !== undefined,
    built,
  };

  function tellOnce(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (!told) console.warn(`Environments are not kept below MODELOPS_VENVS_BYTES: ${why}.`);
    told = true;
  }

  async function makeRoom(limitBytes: number): Promise<void> {
    await leases.sweep();
    await keepLimit(folder, leases, limitBytes);
  }

  /**
   * @param made its Python, where it was made a moment ago, and looked through then
   * @throws EnvironmentFailed when something of it is missing, or its Python is another one than it was made with.
   */
  async function openWhole(plan: BuildPlan, made?: WholePython): Promise<BuiltPython> {
    const [{ soabi, ...found }, mark] = await Promise.all([
      made ?? lookThrough(plan.folder),
      readMark(plan.folder),
    ]);
    if (!isDeepStrictEqual(mark?.python, await baseOf(plan.folder, found, { soabi })))
      throw new EnvironmentFailed(
        `Cannot use the environment at ${plan.folder}: its Python is another one than it was made with.`,
      );
    const now = new Date();
    // When it was last used.
    await utimes(plan.folder, now, now).catch(unlessReadOnly);
    return {
      ...found,
      base: plan.python.python,
      id: plan.id,
      ...(mark?.project !== undefined && { project: mark.project }),
    };
  }
}

async function lookThrough(environment: string): Promise<WholePython> {
  const { damaged, python, soabi } = await environmentState(join(environment, 'bin', 'python'));
  if (damaged.length > 0)
    throw new EnvironmentFailed(
      `Cannot use the environment at ${environment}: ${damaged.join(', ')} ${damaged.length === 1 ? 'is' : 'are'} not as installed.`,
    );
  return { ...foundPython(python), soabi };
}

function unlessReadOnly(error: unknown): void {
  if (!isReadOnly(error)) throw error;
}

import { dirname, join, resolve } from 'node:path';
import { EnvironmentFailed } from '../simulation/environment-failed.js';
import type {
  Environments,
  KeepsEnvironments,
  KeptEnvironment,
  KeptFolders,
  LocalBundle,
  Numerics,
  PythonEnvironment,
  Stored,
} from '../simulation/ports.js';
import { askNumerics } from './ask-numerics.js';
import type { BuildOptions } from './build/build-options.js';
import type { Builder, BuiltPython } from './build/create-builder.js';
import { builtPython } from './built-python.js';
import { environmentId } from './environment-id.js';
import { filesOfPython } from './files-of-python.js';
import { type FoundPython, findPython } from './find-python.js';
import { installedDistributions } from './installed-distributions.js';
import { processVariables } from './process-variables.js';
import { readDeclaration } from './read-declaration.js';
import { rememberSuccess } from './remember-success.js';
import { verifyEnvironment } from './verify-environment.js';

export interface EnvironmentsOptions {
  /** A path, a name on PATH, or the folder of a virtual environment. */
  python: string;
  /** Where environments of bundles may be, each in a folder named for its id. Need not exist. */
  venvsFolder: string;
  /** Where an interpreter gets the name `python3` that has it nowhere; without it, it goes by its own name alone. Need not exist. */
  linksFolder?: string;
  /** A file in which the next worker finds what the interpreter said; without it, each one asks. Need not exist. */
  memory?: string;
  /** Without it none is built: what a bundle declares must be installed in `python`, or in an environment that somebody built. */
  build?: BuildOptions;
}

export interface BundleEnvironments extends Environments, KeepsEnvironments {
  /** The environment that would have to be built before a bundle can run; undefined when there is nothing to build. */
  toBuild(bundle: LocalBundle): Promise<{ python: FoundPython } | undefined>;
  /** Where what bundles begin with is kept beside them; undefined where environments are not. */
  kept?: KeptFolders;
  /** Removes what killed builds left. */
  removeRubbish(): Promise<void>;
}

/**
 * Runs a bundle that declares nothing in the one interpreter of all bundles, and one that declares packages in an environment
 * of these alone, which is built when it is first needed. Where none is to be built, whichever is there is used that is of the
 * right version and has all that the bundle declares.
 */
export function createEnvironments({
  python,
  venvsFolder,
  linksFolder,
  memory,
  build,
}: EnvironmentsOptions): BundleEnvironments {
  const askBase = rememberSuccess<FoundPython>();
  const opened = rememberSuccess<PythonEnvironment>();
  const locate = rememberSuccess<string>();
  const verify = rememberSuccess<PythonEnvironment>();
  const open = async (found: FoundPython & Partial<BuiltPython>): Promise<PythonEnvironment> => {
    const { id, python, version, build: madeAs, libc, path, project, base: madeWith } = found;
    const built =
      madeWith === undefined || !build
        ? undefined
        : { base: madeWith, reads: filesOfPython(found), options: build };
    const distributions = installedDistributions(path);
    const numerics = rememberSuccess<Numerics>();
    return {
      ...(id !== undefined && { id }),
      python,
      version,
      ...(project !== undefined && { project }),
      reads: [...filesOfPython(found), ...(linksFolder === undefined ? [] : [linksFolder])],
      variables: await processVariables(found, linksFolder),
      facts: async () => ({ build: madeAs, ...(libc && { libc }), distributions: await distributions() }),
      // Another numpy has other names.
      numerics: async () => numerics(await distributions(), () => askNumerics(python, built)),
    };
  };
  const findBase = () => askBase(python, () => findPython(python, memory));

  const { store } = build ?? {};
  let folders: Promise<KeptFolders> | undefined;
  const loadFolders = () => {
    folders ??= import('./artifact/kept-folders.js').then(({ createKeptFolders }) =>
      createKeptFolders(store as NonNullable<BuildOptions['store']>),
    );
    return folders;
  };
  const kept: KeptFolders | undefined = store && {
    fetch: async (...of) => (await loadFolders()).fetch(...of),
    keep: async (...of) => (await loadFolders()).keep(...of),
  };
  let loaded: Promise<Builder> | undefined;
  /** Only some bundles need it, and a new worker is to be ready at once. */
  const loadBuilder =
    build &&
    (() => {
      loaded ??= import('./build/create-builder.js').then(({ createBuilder }) =>
        createBuilder(findBase, venvsFolder, build, kept),
      );
      return loaded;
    });

  async function base(): Promise<PythonEnvironment> {
    return opened(python, async () => open(await findBase()));
  }

  async function forBundle(bundle: LocalBundle, onBuild?: () => void): Promise<PythonEnvironment> {
    const environment = await withPackages(bundle, onBuild);
    if (bundle.metadata.build === undefined) return environment;
    if (!loadBuilder)
      throw new EnvironmentFailed(
        'Cannot run the bundle: its metadata name a build command, and with MODELOPS_ENVIRONMENTS=installed none is run. Set MODELOPS_ENVIRONMENTS=build, or push the bundle with what the command makes and without its name.',
      );
    const builtBundle = await (await loadBuilder()).builtBundle(bundle, environment, onBuild);
    return { ...environment, builtBundle };
  }

  async function withPackages(bundle: LocalBundle, onBuild?: () => void): Promise<PythonEnvironment> {
    if (build) refuseOtherLock(bundle);
    const builds = loadBuilder && hasOwn(bundle);
    if (bundle.pythonRanges.length === 0 && bundle.dependencies.length === 0 && !builds) return base();
    if (builds) {
      const found = await (await loadBuilder()).built(bundle, onBuild);
      return opened(`${found.python} ${found.version}`, () => open(found));
    }
    const folder = await locate(bundle.digest, async () => {
      const id = environmentId(await readDeclaration(bundle), await findBase());
      return join(resolve(venvsFolder), id);
    });
    // Looked for each time, and before anything that is remembered: it may have been built or removed meanwhile.
    const built = await builtPython(folder);
    return verify(`${bundle.digest} ${built?.path ?? ''}`, async () => {
      const environment = built ? await open(await built.open()) : await base();
      await verifyEnvironment(environment, bundle, { folder, built: built !== undefined });
      return environment;
    });
  }

  async function toBuild(bundle: LocalBundle): Promise<{ python: FoundPython } | undefined> {
    if (build) refuseOtherLock(bundle);
    if (!loadBuilder || (!hasOwn(bundle) && bundle.metadata.build === undefined)) return undefined;
    const builder = await loadBuilder();
    let python = await findBase();
    if (hasOwn(bundle)) {
      const plan = await builder.planFor(bundle);
      if (!(await builder.isBuilt(plan))) {
        await builder.mustFit(bundle);
        return plan;
      }
      python = await builder.built(bundle);
    }
    if (bundle.metadata.build === undefined || (await builder.isBundleBuilt(bundle, python)))
      return undefined;
    return { python };
  }

  async function keep(
    bundle: LocalBundle,
    { again, also }: Parameters<KeepsEnvironments['keep']>[1],
  ): Promise<KeptEnvironment | undefined> {
    if (!build?.store || !kept || !loadBuilder)
      throw new EnvironmentFailed(
        'Cannot build the environment of the bundle: environments are not built here. Set MODELOPS_ENVIRONMENTS=build.',
      );
    refuseOtherLock(bundle);
    const environment = await forBundle(bundle);
    const stored: Stored[] = [];
    let python = await findBase();
    if (hasOwn(bundle)) {
      const { storeEnvironment } = await import('./artifact/store-environment.js');
      const plan = await (await loadBuilder()).planFor(bundle);
      python = plan.python;
      stored.push(await storeEnvironment(plan, bundle, await build.store.open(), { again }));
    }
    if (environment.builtBundle) {
      const { byBuildCommand } = await import('./build/build-command.js');
      const root = dirname(environment.builtBundle.path);
      const made = { what: byBuildCommand, bundle, environment };
      stored.push(await kept.keep(made, { root, names: ['bundle'] }, { again }));
    }
    const more = await also?.(environment);
    const [first] = [...stored, ...(more ? [more] : [])];
    if (first === undefined) return undefined;
    const { version, platform } = python;
    const size = [...stored, more].reduce((sum, part) => sum + (part?.size ?? 0), 0);
    return {
      id: environment.id ?? environmentId(await readDeclaration(bundle), python),
      python: { version, platform },
      digest: first.digest,
      ...(size > 0 && { size }),
    };
  }

  async function removeRubbish(): Promise<void> {
    if (build) await (await import('./build/remove-rubbish.js')).removeRubbish(resolve(venvsFolder));
  }

  return { base, forBundle, toBuild, keep, removeRubbish, ...(kept && { kept }) };
}

/** With other packages than it says, or with none, it would give other results, or fail in its first import. */
function refuseOtherLock({ otherLock }: LocalBundle): void {
  if (!otherLock) return;
  throw new EnvironmentFailed(
    `Cannot build the environment of the bundle: its ${otherLock.file} says what it needs, and is not taken. ${otherLock.instead} With MODELOPS_ENVIRONMENTS=installed it runs with what is installed.`,
  );
}

/** Whether something is to be installed for a bundle, so that it has an environment of its own where these are built. */
function hasOwn({ dependencies, isProject }: LocalBundle): boolean {
  return dependencies.length > 0 || isProject === true;
}

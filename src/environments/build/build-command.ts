import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { withLock } from '../../files/with-lock.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import type { LocalBundle, PythonEnvironment } from '../../simulation/ports.js';
import { isAbsent } from '../is-absent.js';
import { BuildFailed } from './build-failed.js';
import { buildLimits } from './build-limits.js';
import type { BuildOptions } from './build-options.js';
import { besides } from './build-plan.js';
import { buildSecrets } from './build-secrets.js';
import { codeFailed } from './code-failed.js';
import { refuseAgain, rememberFailure } from './failed-before.js';
import { forgetFailure } from './remembered-failure.js';
import { runBuildStep } from './run-build-step.js';

export type BuildEnvironment = Pick<PythonEnvironment, 'python' | 'version' | 'variables'>;

/** What nobody has used for this long is removed when another one is built. */
const unusedMs = 7 * 24 * 3600 * 1000;
/** Beside the folder: it says that all is there. */
const mark = 'built.json';

/** Where a bundle lies, or will, as its build command has left it in this environment. */
export function builtBundleFolder(
  venvsFolder: string,
  { digest }: Pick<LocalBundle, 'digest'>,
  { python, version }: Pick<BuildEnvironment, 'python' | 'version'>,
): string {
  const key = createHash('sha256')
    .update(JSON.stringify([digest, python, version]))
    .digest('hex');
  return join(venvsFolder, 'bundles', key.slice(0, 32));
}

/** The bundle in such a folder; undefined while it is not built. Counts as a use of it. */
export async function findBuiltBundle(folder: string): Promise<string | undefined> {
  try {
    await stat(join(folder, mark));
    const now = new Date();
    await utimes(folder, now, now);
    return join(folder, 'bundle');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Runs the build command of a bundle in a copy of it, and keeps what it leaves, unless that is there. Of all processes of this
 * machine that ask for it, one builds and the others wait.
 *
 * @param folder where it is kept
 * @param anew whether one that is there shall be replaced
 * @throws EnvironmentFailed when the command fails; another error when it may succeed later.
 */
export async function buildBundle(
  folder: string,
  bundle: LocalBundle,
  environment: BuildEnvironment,
  { options, anew }: { options: BuildOptions; anew: boolean },
): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  return withLock(folder, async () => {
    const there = anew ? undefined : await findBuiltBundle(folder);
    if (there !== undefined) return there;
    const by = JSON.stringify(bundle.metadata.build);
    await refuseAgain({ folder }, by, options);
    await removeOld(folder);
    try {
      await build(folder, bundle, environment, options);
    } catch (error) {
      await rememberFailure({ folder }, by, error);
      if (error instanceof BuildFailed && !error.mayPass)
        throw new EnvironmentFailed(error.message, { cause: error, ...(error.log && { log: error.log }) });
      throw error;
    }
    await forgetFailure(besides({ folder }).failure);
    const built = await findBuiltBundle(folder);
    if (built === undefined) throw new Error(`Cannot use the built bundle at ${folder}: it is gone again.`);
    return built;
  });
}

async function build(
  folder: string,
  { path, metadata }: LocalBundle,
  { python, version, variables }: BuildEnvironment,
  options: BuildOptions,
): Promise<void> {
  const { build: command = '', env = {} } = metadata;
  const { log } = besides({ folder });
  const work = `${folder}.tmp-${randomBytes(6).toString('hex')}`;
  const made = join(work, 'made');
  const copy = join(made, 'bundle');
  try {
    await mkdir(made, { recursive: true });
    await writeFile(log, '');
    // With their times, by which make and numba tell what is up to date.
    await execa('cp', ['-Rp', '--', path, copy]);
    await execa('chmod', ['-R', 'u+rwX', '--', copy]);
    const step = {
      argv: ['/bin/sh', '-c', command],
      runs: 'code' as const,
      variables: { ...variables, PYTHONNOUSERSITE: '1', PYTHONHASHSEED: '0', ...env },
    };
    const limits = buildLimits(options.limits);
    const place = { cwd: copy, folder: work, log, secrets: await buildSecrets(), limits };
    const why = await runBuildStep(python, step, place);
    if (why !== undefined)
      throw await codeFailed(
        why,
        { builds: `the bundle by its build command, ${JSON.stringify(command)},` },
        { plan: { python: { version } }, log },
      );
    await writeFile(join(made, mark), JSON.stringify({ builtAt: new Date().toISOString() }));
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What a killed build left of this one, and what nobody uses any more. */
async function removeOld(folder: string): Promise<void> {
  const root = dirname(folder);
  for (const name of await readdir(root)) {
    if (name === basename(folder) || name.endsWith('.lock')) continue;
    const path = join(root, name);
    const left = name.startsWith(`${basename(folder)}.tmp-`);
    const used = await stat(path).catch(() => undefined);
    if (left || (used && Date.now() - used.mtimeMs > unusedMs))
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

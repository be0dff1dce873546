import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { digestOfFolders } from '../../files/digest-of-folders.js';
import { withLock } from '../../files/with-lock.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import type { BuiltBundle, KeptFolders, LocalBundle, PythonEnvironment } from '../../simulation/ports.js';
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

/** How messages, and the store, name what comes of it. */
export const byBuildCommand = 'its build command';

/** What nobody has used for this long is removed when another one is built. */
const unusedMs = 7 * 24 * 3600 * 1000;
/** Beside the folder: it says that all is there. */
const mark = 'built.json';
const Mark = z.object({ digest: z.string() });

/** Where a bundle lies, or will, as its build command has left it in this environment. */
export function builtBundleFolder(
  venvsFolder: string,
  { digest }: Pick<LocalBundle, 'digest'>,
  { id, python, version }: Pick<PythonEnvironment, 'id' | 'python' | 'version'>,
): string {
  const key = createHash('sha256')
    .update(JSON.stringify([digest, id ?? python, version]))
    .digest('hex');
  return join(venvsFolder, 'bundles', key.slice(0, 32));
}

/** The bundle in such a folder; undefined while it is not built. Counts as a use of it. */
export async function findBuiltBundle(folder: string): Promise<BuiltBundle | undefined> {
  try {
    const text = await readFile(join(folder, mark), 'utf8');
    const now = new Date();
    await utimes(folder, now, now);
    const { success, data } = Mark.safeParse(JSON.parse(text));
    return success ? { path: join(folder, 'bundle'), digest: data.digest } : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Runs the build command of a bundle in a copy of it, and keeps what it leaves, unless that is there, or can be fetched. Of all processes of this
 * machine that ask for it, one builds and the others wait.
 *
 * @param folder where it is kept
 * @param anew whether one that is there shall be replaced
 * @param kept where what it left may be, without running it here
 * @throws EnvironmentFailed when the command fails; another error when it may succeed later.
 */
export async function buildBundle(
  folder: string,
  bundle: LocalBundle,
  environment: PythonEnvironment,
  { options, anew, kept }: { options: BuildOptions; anew: boolean; kept?: KeptFolders | undefined },
): Promise<BuiltBundle> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o711 });
  return withLock(folder, async () => {
    const there = anew ? undefined : await findBuiltBundle(folder);
    if (there !== undefined) return there;
    const by = JSON.stringify(bundle.metadata.build);
    await removeOld(folder);
    const fetched = anew ? undefined : await fetchBuilt(folder, bundle, environment, kept);
    if (fetched !== undefined) return fetched;
    await refuseAgain({ folder }, by, options);
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

async function fetchBuilt(
  folder: string,
  bundle: LocalBundle,
  environment: PythonEnvironment,
  kept: KeptFolders | undefined,
): Promise<BuiltBundle | undefined> {
  const made = `${folder}.tmp-${randomBytes(6).toString('hex')}`;
  try {
    if (!(await kept?.fetch({ what: byBuildCommand, bundle, environment }, made))) return undefined;
    await putThere(made, folder);
    await forgetFailure(besides({ folder }).failure);
    return await findBuiltBundle(folder);
  } finally {
    await rm(made, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A folder with nothing but `bundle` in it. */
async function putThere(made: string, folder: string): Promise<void> {
  const digest = await digestOfFolders([join(made, 'bundle')]);
  await writeFile(join(made, mark), JSON.stringify({ digest, builtAt: new Date().toISOString() }));
  // Tasks have copies, which the app makes.
  await chmod(made, 0o700);
  await rm(folder, { recursive: true, force: true });
  await rename(made, folder);
}

async function build(
  folder: string,
  { path, metadata }: LocalBundle,
  { python, version, variables, reads }: PythonEnvironment,
  options: BuildOptions,
): Promise<void> {
  const { build: command = '', env = {} } = metadata;
  const { log } = besides({ folder });
  const work = `${folder}.tmp-${randomBytes(6).toString('hex')}`;
  const made = join(work, 'made');
  const copy = join(made, 'bundle');
  try {
    await mkdir(work, { mode: 0o700 });
    await mkdir(made, { mode: 0o711 });
    await writeFile(log, '');
    // With their times, by which make and numba tell what is up to date.
    await execa('cp', ['-Rp', '--', path, copy]);
    await execa('chmod', ['-R', 'u+rwX', '--', copy]);
    const step = {
      argv: ['/bin/sh', '-c', command],
      runs: 'code' as const,
      writes: [copy],
      offline: metadata.network === false,
      variables: { ...variables, PYTHONNOUSERSITE: '1', PYTHONHASHSEED: '0', ...env },
    };
    const limits = buildLimits(options.limits);
    const { sandbox } = options;
    const place = { cwd: copy, folder: work, log, reads, secrets: await buildSecrets(), limits, sandbox };
    const { failed } = await runBuildStep(python, step, place);
    if (failed !== undefined)
      throw await codeFailed(
        failed,
        { builds: `the bundle by its build command, ${JSON.stringify(command)},` },
        { plan: { python: { version } }, log },
      );
    await putThere(made, folder);
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

import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import { isAbsent } from '../is-absent.js';
import { buildWheel } from './build-wheel.js';
import type { Work } from './work.js';

/** A wheel of a bundle's own project. */
export interface ProjectWheel {
  path: string;
  /** Of the distribution. */
  name: string;
}

const Kept = z.object({ wheel: z.string(), name: z.string() });
const about = 'wheel.json';
/** What nobody has installed for this long is removed when another one is built. */
const unusedMs = 30 * 24 * 3600 * 1000;

/**
 * The wheel of the project that a bundle is: built once for each bundle, minor version of Python and platform, and kept beside the
 * environments.
 *
 * @throws EnvironmentFailed when the project requires what only its build tells, and nothing says in which versions.
 */
export async function projectWheel(work: Work): Promise<ProjectWheel> {
  const { plan, bundle, options } = work;
  const minor = plan.python.version.split('.').slice(0, 2).join('.');
  const key = JSON.stringify([bundle.digest, minor, plan.python.platform]);
  const root = join(dirname(plan.folder), 'wheels');
  const kept = join(root, createHash('sha256').update(key).digest('hex').slice(0, 32));
  const there = options.fresh ? undefined : await find(kept);
  if (there) return there;

  const [source, made] = [join(work.folder, 'project'), join(work.folder, 'wheel')];
  await copyProject(bundle.path, source);
  await mkdir(made);
  const { wheel, name, requires } = await buildWheel(work, { root: source, folder: source }, made);
  refuseUndeclared(work, requires);
  await writeFile(join(made, about), JSON.stringify({ wheel, name }));
  for (const file of [wheel, about]) await toDisk(join(made, file));
  await mkdir(root, { recursive: true, mode: 0o700 });
  await removeUnused(root);
  await rm(kept, { recursive: true, force: true });
  // Another environment of the same bundle may have been faster: then that one is taken.
  await rename(made, kept).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  const found = await find(kept);
  if (found === undefined)
    throw new Error(`Cannot use the wheel of the bundle in ${kept}: it is gone again.`);
  return found;
}

async function find(folder: string): Promise<ProjectWheel | undefined> {
  try {
    const { wheel, name } = Kept.parse(JSON.parse(await readFile(join(folder, about), 'utf8')));
    const now = new Date();
    await utimes(folder, now, now);
    return { path: join(folder, wheel), name };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Without what former builds have left: setuptools would take a `build` of another platform for its own, and compile nothing. */
async function copyProject(from: string, to: string): Promise<void> {
  await execa('cp', ['-R', '--', from, to]);
  for (const folder of [to, join(to, 'src')])
    for (const name of await readdir(folder).catch(() => []))
      if (name.endsWith('.egg-info') || (folder === to && (name === 'build' || name === 'dist')))
        await rm(join(folder, name), { recursive: true });
}

function refuseUndeclared({ bundle }: Work, requires: string[]): void {
  const needed = requires.filter((text) => !/;.*\bextra\s*==/.test(text));
  if (needed.length === 0 || bundle.dependencies.length > 0) return;
  throw new EnvironmentFailed(
    `Cannot build the environment of the bundle: its project requires ${needed.join(', ')}, which only its build tells. List that below [project] dependencies in its pyproject.toml, or push it with a uv.lock.`,
  );
}

async function toDisk(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function removeUnused(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const used = await stat(join(root, name)).catch(() => undefined);
    if (used && Date.now() - used.mtimeMs > unusedMs)
      await rm(join(root, name), { recursive: true, force: true });
  }
}

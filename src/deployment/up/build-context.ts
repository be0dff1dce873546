import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import ignore from 'ignore';
import { packageRoot } from '../../package/package-root.js';
import { toolVersion } from '../../package/tool-version.js';
import { readRequirements } from './read-requirements.js';

export const dockerfile: string = join('infra', 'Dockerfile');
const requirementsFile = join('infra', 'image', 'requirements.txt');

/** npm packs the lock file under its other name alone. */
const [lock, packedLock] = ['package-lock.json', 'npm-shrinkwrap.json'];

/** What was asked of an image. */
export interface ImageOptions {
  requirements?: string | undefined;
  buildTools?: boolean | undefined;
}

/** What an image is built from. */
export interface BuildContext {
  /** `<version>-<12 hex of its content>`: the same content has the same tag, and need not be built again. */
  tag: string;
  /** What bundles that declare packages run in: where the image has packages for them, what is installed in it. */
  environments: 'build' | 'installed';
  /** Whether the image has compilers. */
  buildTools: boolean;
  /** Where each file comes from, by its place in the context. */
  files: Map<string, string>;
}

/**
 * Finds out what the builder would get: what .dockerignore lets through, and the Dockerfile.
 *
 * @param options.requirements a requirements.txt whose packages the image is to have
 * @param options.buildTools whether it is to have compilers
 * @throws UsageError for a requirements.txt that the builder could not follow
 */
export async function readBuildContext({
  requirements,
  buildTools = false,
}: ImageOptions): Promise<BuildContext> {
  const packages = requirements === undefined ? undefined : await readRequirements(requirements);
  const paths = [...new Set([...(await pathsOfContext()), lock, dockerfile, '.dockerignore'])].sort();
  const files = new Map(paths.map((path) => [path, join(packageRoot, path)]));
  if (!existsSync(join(packageRoot, lock))) files.set(lock, join(packageRoot, packedLock));
  if (packages !== undefined) files.set(requirementsFile, packages);
  const environments = packages === undefined ? 'build' : 'installed';
  const hash = createHash('sha256');
  for (const [path, from] of files) {
    const content = await readFile(from);
    // Each part with its length, so that no two contents run into the same bytes.
    hash.update(`${path.split(sep).join('/')}\0${content.length}\0`).update(content);
  }
  if (buildTools) hash.update('build tools');
  const tag = `${await toolVersion()}-${hash.digest('hex').slice(0, 12)}`;
  return { tag, environments, buildTools, files };
}

/** Lays out a context in a folder of its own, for as long as it is used. */
export async function withBuildContext(
  { files }: BuildContext,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mops-cold-build-'));
  try {
    for (const [path, from] of files) await cp(from, join(folder, path), { recursive: true });
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pathsOfContext(): Promise<string[]> {
  // In .dockerignore a star stands for names without a slash; in what reads it here, for names at any depth.
  const rules = (await readFile(join(packageRoot, '.dockerignore'), 'utf8')).replaceAll('\n*\n', '\n/*\n');
  const ignored = ignore().add(rules);
  async function below(folder: string): Promise<string[]> {
    const entries = await readdir(join(packageRoot, folder), { withFileTypes: true });
    const found = entries
      .map((entry) => ({ entry, path: relative('.', join(folder, entry.name)) }))
      .filter(({ entry, path }) => !ignored.ignores(entry.isDirectory() ? `${path}/` : path))
      .map(({ entry, path }) => (entry.isDirectory() ? below(path) : [path]));
    return (await Promise.all(found)).flat();
  }
  return below('.');
}

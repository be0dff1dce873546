import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import ignore from 'ignore';
import { packageRoot } from '../../../package-root.js';
import { toolVersion } from '../../tool-version.js';
import { readRequirements } from './read-requirements.js';

const dockerfile = join('infra', 'Dockerfile');
const requirementsFile = join('infra', 'image', 'requirements.txt');

/** What an image is built from, in a folder of its own. */
export interface BuildContext {
  folder: string;
  dockerfile: string;
  /** `<version>-<12 hex of its content>`: the same content has the same tag, and need not be built again. */
  tag: string;
  remove(): Promise<void>;
}

/**
 * Lays out what the builder gets: what .dockerignore lets through, and the Dockerfile.
 *
 * @param requirements a requirements.txt whose packages the image is to have
 */
export async function layBuildContext(requirements: string | undefined): Promise<BuildContext> {
  const packages = requirements === undefined ? undefined : await readRequirements(requirements);
  const folder = await mkdtemp(join(tmpdir(), 'mops-cold-build-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const files = [...(await filesOfContext()), dockerfile, '.dockerignore'].sort();
    const hash = createHash('sha256');
    for (const file of files) {
      const from = file === requirementsFile && packages !== undefined ? packages : join(packageRoot, file);
      await cp(from, join(folder, file), { recursive: true });
      // Each part with its length, so that no two contents run into the same bytes.
      const content = await readFile(from);
      hash.update(`${file.split(sep).join('/')}\0${content.length}\0`).update(content);
    }
    const tag = `${await toolVersion()}-${hash.digest('hex').slice(0, 12)}`;
    return { folder, dockerfile, tag, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The tag that an image of this checkout has, without packages of a model. */
export async function contextTag(requirements?: string): Promise<string> {
  const context = await layBuildContext(requirements);
  await context.remove();
  return context.tag;
}

async function filesOfContext(): Promise<string[]> {
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

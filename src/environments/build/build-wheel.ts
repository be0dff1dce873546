import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, rename } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { packageRoot } from '../../package/package-root.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import type { FetchedSource } from './fetch-source.js';
import { makeToolEnvironment } from './install-wheels.js';
import { mustBePlain } from './must-be-plain.js';
import type { Work } from './work.js';

const script = join(packageRoot, 'src', 'environments', 'python', 'build_wheel.py');

const System = z.looseObject({
  requires: z.array(z.string()).optional(),
  'build-backend': z.string().optional(),
  'backend-path': z.array(z.string()).optional(),
});
const Requires = z.object({ requires: z.array(z.string()) });
const Built = z.object({
  wheel: z.string(),
  /** As the wheel itself says. */
  name: z.string(),
  requires: z.array(z.string()),
});
export type BuiltWheel = z.infer<typeof Built>;

/**
 * Builds a wheel of a project (PEP 517). What its backend consists of is fetched before, as wheels; the backend itself, which is
 * code of strangers, runs without secrets and within limits, and writes to the source and to one folder for its wheel alone.
 *
 * @param into an existing folder
 * @param what name and version of the distribution, where it is not the bundle itself
 */
export async function buildWheel(
  work: Work,
  { root, folder: source }: FetchedSource,
  into: string,
  what?: string,
): Promise<BuiltWheel> {
  const { backend, path, requires } = await readSystem(source);
  const folder = join(work.folder, `tools-${randomUUID()}`);
  const made = join(folder, 'made');
  await mkdir(made, { recursive: true });
  const ask = async (environment: string, wheelFolder: string | null): Promise<unknown> => {
    const bin = join(environment, 'bin');
    const answer = join(made, 'answer.json');
    const request = JSON.stringify({ backend, path, into: wheelFolder, answer });
    await work.run({
      argv: [join(bin, 'python'), '-I', script, request],
      cwd: source,
      runs: 'code',
      writes: [root, made],
      offline: true,
      ...(what !== undefined && { builds: what }),
      variables: {
        // As in the environment when it is activated: cmake and ninja may have come as requirements.
        PATH: [bin, process.env.PATH].filter(Boolean).join(delimiter),
        VIRTUAL_ENV: environment,
      },
    });
    await mustBePlain(answer);
    return JSON.parse(await readFile(answer, 'utf8'));
  };
  let environment = join(folder, 'environment');
  await makeToolEnvironment(work, environment, requires);
  const { requires: more } = Requires.parse(await ask(environment, null));
  if (more.length > 0) {
    environment = join(folder, 'whole-environment');
    await makeToolEnvironment(work, environment, [...requires, ...more]);
  }
  const built = Built.parse(await ask(environment, made));
  if (basename(built.wheel) !== built.wheel)
    throw new EnvironmentFailed(
      `Cannot build the project in ${source}: its backend names ${built.wheel} as its wheel.`,
    );
  await mustBePlain(join(made, built.wheel));
  await rename(join(made, built.wheel), join(into, built.wheel));
  return built;
}

async function readSystem(source: string): Promise<{ backend: string; path: string[]; requires: string[] }> {
  const file = join(source, 'pyproject.toml');
  if (await lstat(file).catch(() => undefined)) await mustBePlain(file);
  const text = await readFile(file, 'utf8').catch(() => '');
  const { 'build-system': system = {} } = parse(text) as { 'build-system'?: unknown };
  const { data = {} } = System.safeParse(system);
  // As PEP 517 and 518 have it where the project does not say.
  const { requires = ['setuptools>=40.8.0'], 'build-backend': backend = 'setuptools.build_meta:__legacy__' } =
    data;
  return { backend, path: data['backend-path'] ?? [], requires };
}

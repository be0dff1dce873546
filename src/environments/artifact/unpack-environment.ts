import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../package/package-root.js';
import { EnvironmentState } from '../build/environment-state.js';
import type { StoredTar } from './environment-store.js';
import { unpackWithPython } from './unpack-with-python.js';

const script = join(packageRoot, 'src', 'environments', 'python', 'unpack_environment.py');

const About = z.object({
  installer: z.string(),
  builtAt: z.string(),
  /** The distribution that the bundle itself is installed as. */
  project: z.string().exactOptional(),
});
const Unpacked = z.object({
  about: About.nullable(),
  state: EnvironmentState.nullable(),
  refused: z.string().nullable(),
});

/**
 * Makes an environment of what was packed elsewhere, while it arrives.
 *
 * @param python absolute path of the interpreter that it is for
 * @param folder must not exist
 * @param final where the folder will be in the end
 * @returns what it says of itself, and how it is here
 * @throws Error when it is none, or is for another machine; what the bytes fail with.
 */
export async function unpackEnvironment(
  tar: StoredTar,
  { python, folder, final }: { python: string; folder: string; final: string },
): Promise<z.infer<typeof About> & { state: EnvironmentState }> {
  const { about, state } = await unpackWithPython(tar, python, ['-S', script, folder, final], Unpacked);
  if (about === null || state === null) throw new Error('it does not say what it is');
  return { ...about, state };
}

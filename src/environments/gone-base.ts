import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The folder of the Python that a virtual environment was made with, when it is not there any more.
 *
 * @param interpreter path of the one in the environment's `bin`
 */
export async function goneBase(
  interpreter: string,
): Promise<{ environment: string; base: string } | undefined> {
  const environment = dirname(dirname(interpreter));
  const text = await readFile(join(environment, 'pyvenv.cfg'), 'utf8').catch(() => undefined);
  const base = text && /^home\s*=\s*(.+?)\s*$/m.exec(text)?.[1];
  if (!base) return undefined;
  for (const name of ['python3', 'python']) if (await isThere(join(base, name))) return undefined;
  return { environment, base };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

import { readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';

/**
 * Makes sure that the interpreter of an environment is that which it was made with. The app starts it, and a package may bring a file for any
 * place in the environment, which an installer writes over what is there.
 *
 * @throws EnvironmentFailed when it is another one
 */
export async function mustLeadTo(environment: string, python: string): Promise<void> {
  const real = await realpath(python);
  const config = await readFile(join(environment, 'pyvenv.cfg'), 'utf8');
  const [, home = ''] = /^\s*home\s*=\s*(.*?)\s*$/im.exec(config) ?? [];
  const isReal = async (path: string) => (await realpath(path).catch(() => undefined)) === real;
  const inHome = await Promise.all(
    [basename(real), 'python3', 'python'].map((name) => isReal(join(home, name))),
  );
  if (inHome.includes(true) && (await isReal(join(environment, 'bin', 'python')))) return;
  throw new EnvironmentFailed(
    `Cannot use the environment of the bundle: one of its packages has put another Python in the place of ${python}. Leave it out: it has a file \`python\` among its scripts, or a \`pyvenv.cfg\` among its data.`,
  );
}

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { createEnvironments } from '../../src/environments/create-environments.js';
import { findPython } from '../../src/environments/find-python.js';
import type { PythonEnvironment } from '../../src/simulation/ports.js';
import type { Library } from './libraries.js';

const installMs = 10 * 60_000;

/**
 * The environment of a library: one that is in the folder of environments, or is made there.
 *
 * @param make whether it may be, which takes minutes
 * @returns or why there is none
 */
export async function libraryEnvironment(
  { name: library, imports: name = library, environment, requirements }: Library,
  { venvs, python, make }: { venvs: string; python: string; make: boolean },
  cancelSignal: AbortSignal,
): Promise<PythonEnvironment | { lacking: string }> {
  const folder = join(venvs, environment);
  const interpreter = join(folder, 'bin', 'python');
  const imports = async () => {
    const options = { reject: false, stdin: 'ignore', env: { MPLBACKEND: 'agg' }, cancelSignal } as const;
    return !(await execa(interpreter, ['-c', `import ${name}`], options)).failed;
  };
  if (!(await imports())) {
    cancelSignal.throwIfAborted();
    const without = `${name} is not installed in ${folder}`;
    if (existsSync(folder)) return { lacking: `${without}: install it there, or remove the folder` };
    if (!make) return { lacking: `${without}; without --quick it is` };
    const base = await findPython(python);
    const steps: [string, string[]][] = [
      [base.python, ['-m', 'venv', folder]],
      [interpreter, ['-m', 'pip', 'install', '--quiet', ...requirements]],
    ];
    for (const [command, args] of steps) {
      const ended = await execa(command, args, {
        reject: false,
        stdin: 'ignore',
        timeout: installMs,
        cancelSignal,
      });
      if (!ended.failed) continue;
      await rm(folder, { recursive: true, force: true });
      cancelSignal.throwIfAborted();
      const why = ended.stderr.trim().split('\n').at(-1) || ended.shortMessage;
      return { lacking: `${without}, and cannot be: ${why}` };
    }
    if (!(await imports()))
      return { lacking: `${without}, although ${requirements.join(' and ')} could be installed` };
  }
  return createEnvironments({ python: interpreter, venvsFolder: '/nowhere' }).base();
}

import { EnvironmentFailed } from '../simulation/environment-failed.js';
import type { PythonEnvironment } from '../simulation/ports.js';
import { interpreterCommand } from './interpreter-command.js';
import { probePython } from './probe-python.js';

/**
 * The interpreter that MODELOPS_PYTHON means, asked who it is.
 *
 * @param python a path, a name on PATH, or the folder of a virtual environment
 * @returns with its platform as sysconfig.get_platform() gives it
 * @throws EnvironmentFailed when there is none, or it is too old.
 */
export async function findPython(python: string): Promise<PythonEnvironment & { platform: string }> {
  const command = await interpreterCommand(python);
  const { executable, version, platform } = await probePython(command);
  const [major, minor] = version;
  if (major < 3 || (major === 3 && minor < 9)) {
    throw new EnvironmentFailed(
      `Cannot use ${executable}: it is Python ${version.join('.')}, 3.9 or newer is required. Let MODELOPS_PYTHON name a newer one.`,
    );
  }
  return { python: executable, version: version.join('.'), platform };
}

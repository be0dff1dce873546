import { EnvironmentFailed } from '../simulation/environment-failed.js';
import { interpreterCommand } from './interpreter-command.js';
import { type Probed, probePython } from './probe-python.js';
import { rememberedProbe } from './remembered-probe.js';

/** An interpreter that can run tasks. */
export interface FoundPython {
  /** Absolute path, links not resolved: that is how a virtual environment knows itself. */
  python: string;
  /** For example `3.11.7`. */
  version: string;
  /** As sysconfig.get_platform() gives it. */
  platform: string;
  /** Where it is installed. */
  prefix: string;
  /** `sys.version` */
  build: string;
  /** For example `glibc 2.36`; empty when the system does not say. */
  libc: string;
  /** Where it looks for modules. */
  path: string[];
}

/**
 * The interpreter that MODELOPS_PYTHON means, asked who it is.
 *
 * @param python a path, a name on PATH, or the folder of a virtual environment
 * @param memory a file that remembers the answer for the next worker; it is asked each time without one
 * @throws EnvironmentFailed when there is none, or it is too old.
 */
export async function findPython(python: string, memory?: string): Promise<FoundPython> {
  const command = await interpreterCommand(python);
  return foundPython(await (memory === undefined ? probePython(command) : rememberedProbe(command, memory)));
}

/** What an interpreter said of itself. @throws EnvironmentFailed when it is too old. */
export function foundPython({ executable, version, ...facts }: Probed): FoundPython {
  const [major, minor] = version;
  if (major < 3 || (major === 3 && minor < 9)) {
    throw new EnvironmentFailed(
      `Cannot use ${executable}: it is Python ${version.join('.')}, 3.9 or newer is required. Let MODELOPS_PYTHON name a newer one.`,
    );
  }
  return { python: executable, version: version.join('.'), ...facts };
}

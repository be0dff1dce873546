import { EnvironmentFailed } from '../simulation/environment-failed.js';
import { interpreterCommand } from './interpreter-command.js';
import { probePython } from './probe-python.js';
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
 * @param options.memory a file that remembers the answer for the next worker; it is asked each time without one
 * @param options.runsNothing whether it is the interpreter of a virtual environment, of which nothing that is installed must run
 * @throws EnvironmentFailed when there is none, or it is too old.
 */
export async function findPython(
  python: string,
  { memory, runsNothing }: { memory?: string | undefined; runsNothing?: boolean } = {},
): Promise<FoundPython> {
  const command = await interpreterCommand(python);
  const { executable, version, ...facts } = await (memory === undefined
    ? probePython(command, runsNothing)
    : rememberedProbe(command, memory));
  const [major, minor] = version;
  if (major < 3 || (major === 3 && minor < 9)) {
    throw new EnvironmentFailed(
      `Cannot use ${executable}: it is Python ${version.join('.')}, 3.9 or newer is required. Let MODELOPS_PYTHON name a newer one.`,
    );
  }
  return { python: executable, version: version.join('.'), ...facts };
}

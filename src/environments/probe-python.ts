import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../package/package-root.js';
import { askPython } from './ask-python.js';

export const Probed = z.object({
  /** As it was called, links not resolved: that is how a virtual environment knows itself. */
  executable: z.string().min(1),
  version: z.tuple([z.number(), z.number(), z.number()]),
  /** As sysconfig.get_platform() gives it: `linux-x86_64`. Empty when it is too old to know. */
  platform: z.string(),
  /** Of its installation; that of a virtual environment, the one that it was made with. */
  prefix: z.string().min(1),
  /** `sys.version` */
  build: z.string(),
  /** For example `glibc 2.36`; empty when the system does not say. */
  libc: z.string(),
  /** Where it looks for modules. */
  path: z.array(z.string()),
});
export type Probed = z.infer<typeof Probed>;

const ownScripts = join(packageRoot, 'src', 'environments', 'python');

// Understood by every Python since 2.6, so that an old one can say how old it is.
const script = `
import sys
sys.path = [folder for folder in sys.path if folder]
import json, os
try:
    from sysconfig import get_platform
except ImportError:
    get_platform = str
if sys.flags.no_site:
    sys.path.insert(0, sys.argv[1])
    from this_environment import site_packages
    sys.path[:1] = []
    sys.path += site_packages()
try:
    libc = os.confstr("CS_GNU_LIBC_VERSION")
except (AttributeError, OSError, ValueError):
    libc = "musl" if sys.platform.startswith("linux") else ""
sys.stdout.write("\\n")
print(json.dumps({"build": sys.version, "libc": libc or "", "path": sys.path, "executable": sys.executable, "version": list(sys.version_info[:3]), "platform": get_platform(), "prefix": getattr(sys, "base_prefix", sys.prefix)}))
`;

/**
 * Asks an interpreter who it is.
 *
 * @param runsNothing whether it must not run what is installed there, as it would at its start (`.pth` files, sitecustomize). It is a virtual environment's then
 * @throws EnvironmentFailed when the command is not there or is no Python; another error for trouble that may pass.
 */
export function probePython(command: string, runsNothing = false): Promise<Probed> {
  const argv = runsNothing ? ['-I', '-S', '-c', script, ownScripts] : ['-E', '-s', '-c', script];
  return askPython(command, argv, 'which Python it is', Probed);
}

import { z } from 'zod';
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

// Understood by every Python since 2.6, so that an old one can say how old it is.
const script = `
import sys
sys.path = [folder for folder in sys.path if folder]
import json, os
try:
    from sysconfig import get_platform
except ImportError:
    get_platform = str
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
 * @throws EnvironmentFailed when the command is not there or is no Python; another error for trouble that may pass.
 */
export function probePython(command: string): Promise<Probed> {
  return askPython(command, ['-E', '-s', '-c', script], 'which Python it is', Probed);
}

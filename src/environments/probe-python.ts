import { z } from 'zod';
import { askPython } from './ask-python.js';

const PythonFacts = z.object({
  /** As it was called, links not resolved: that is how a virtual environment knows itself. */
  executable: z.string().min(1),
  version: z.tuple([z.number(), z.number(), z.number()]),
  /** As sysconfig.get_platform() gives it: `linux-x86_64`. Empty when it is too old to know. */
  platform: z.string(),
  /** Of its installation; that of a virtual environment, the one that it was made with. */
  prefix: z.string().min(1),
});
export type PythonFacts = z.infer<typeof PythonFacts>;

// Understood by every Python since 2.6, so that an old one can say how old it is.
const script = `
import sys
sys.path = [folder for folder in sys.path if folder]
import json
try:
    from sysconfig import get_platform
except ImportError:
    get_platform = str
print(json.dumps({"executable": sys.executable, "version": list(sys.version_info[:3]), "platform": get_platform(), "prefix": getattr(sys, "base_prefix", sys.prefix)}))
`;

/**
 * Asks an interpreter who it is.
 *
 * @throws EnvironmentFailed when the command is not there or is no Python; another error for trouble that may pass.
 */
export function probePython(command: string): Promise<PythonFacts> {
  return askPython(command, ['-E', '-s', '-S', '-c', script], 'which Python it is', PythonFacts);
}

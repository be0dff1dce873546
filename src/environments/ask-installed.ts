import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../package/package-root.js';
import { askPython } from './ask-python.js';

const byName = <Value>(value: z.ZodType<Value>) =>
  z.record(z.string(), value).transform((record) => new Map(Object.entries(record)));

const Installed = z.object({
  /** The variables of environment markers (PEP 508). */
  environment: z.record(z.string(), z.string()),
  /** Version by normalised name. */
  distributions: byName(z.string()),
  /** Requires-Dist by normalised name. */
  requires: byName(z.array(z.string())),
});
export type Installed = z.infer<typeof Installed>;

const script = join(packageRoot, 'src', 'environments', 'python', 'installed_distributions.py');

/**
 * Asks an interpreter what is installed in it, and in a bundle, which comes first.
 *
 * @param requiresOf names of the distributions whose own requirements are wanted
 * @throws EnvironmentFailed when it cannot be started; another error for trouble that may pass.
 */
export function askInstalled(python: string, bundlePath: string, requiresOf: string[]): Promise<Installed> {
  const request = JSON.stringify({ bundle: bundlePath, requires_of: requiresOf });
  return askPython(python, ['-I', script, request], 'what is installed in it', Installed);
}

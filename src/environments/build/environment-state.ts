import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../package/package-root.js';
import { askPython } from '../ask-python.js';
import type { FoundPython } from '../find-python.js';
import { Probed } from '../probe-python.js';

export const EnvironmentState = z.object({
  /** Who it says that it is. */
  python: Probed,
  /** What the names of compiled modules end with; empty where they end with nothing. */
  soabi: z.string(),
  /** Version by name, as the metadata have it. */
  distributions: z.record(z.string(), z.string()),
  /** Whether some came from an address or a path. */
  direct: z.boolean(),
  /** A few files that are missing or of the wrong size. */
  damaged: z.array(z.string()),
});
export type EnvironmentState = z.infer<typeof EnvironmentState>;

/** The interpreter of an environment of which all is there. */
export type WholePython = FoundPython & Pick<EnvironmentState, 'soabi'>;

const script = join(packageRoot, 'src', 'environments', 'python', 'environment_state.py');

/**
 * Asks the interpreter of an environment who it is, what is installed in it, and whether all of it is there: one start for all of it.
 *
 * @param settle whether the times of its files become whole seconds, as a packed environment has them
 */
export function environmentState(python: string, { settle = false } = {}): Promise<EnvironmentState> {
  const argv = ['-I', '-S', script, ...(settle ? ['--settle'] : [])];
  return askPython(python, argv, 'whether its environment is whole', EnvironmentState);
}

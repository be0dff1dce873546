import { z } from 'zod';
import type { LocalBundle } from '../simulation/ports.js';
import { askRequirements } from './ask-requirements.js';
import type { DependencyReport } from './dependency-report.js';
import { readDeclaration } from './read-declaration.js';

const Report = z.object({
  satisfied: z.array(z.string()),
  problems: z.array(z.object({ requirement: z.string(), installed: z.string().exactOptional() })),
  unchecked: z.array(z.string()),
});

/**
 * Compares what a bundle declares with what is installed in an interpreter, or in the bundle itself.
 *
 * @param python absolute path of the interpreter
 * @throws EnvironmentFailed when the interpreter cannot be started, or the bundle lacks a file that its
 *   requirements.txt refers to; another error for trouble that may pass.
 */
export async function checkDependencies(python: string, bundle: LocalBundle): Promise<DependencyReport> {
  const { requirements, constraints, options, lock = null } = await readDeclaration(bundle);
  const request = { ask: 'installed', bundle: bundle.path, requirements, constraints, lock };
  const { unchecked, ...report } = await askRequirements(python, request, Report);
  return { ...report, unchecked: [...new Set([...options, ...unchecked])] };
}

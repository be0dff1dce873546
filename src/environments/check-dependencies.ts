import type { LocalBundle } from '../simulation/ports.js';
import { askInstalled } from './ask-installed.js';
import type { DependencyReport } from './dependency-report.js';
import { readDeclaration } from './read-declaration.js';

/**
 * Compares what a bundle declares with what is installed in an interpreter, or in the bundle itself.
 *
 * @param python absolute path of the interpreter
 * @throws EnvironmentFailed when the interpreter cannot be started, or the bundle lacks a file that its
 *   requirements.txt refers to; another error for trouble that may pass.
 */
export async function checkDependencies(python: string, bundle: LocalBundle): Promise<DependencyReport> {
  const declaration = await readDeclaration(bundle);
  // With its grammar, pip-requirements-js takes as long to load as Python to start: only when it is needed.
  const [installed, { checkRequirements }] = await Promise.all([
    askInstalled(python, bundle.path, namesWithExtras(declaration.requirements)),
    import('./check-requirements.js'),
  ]);
  return checkRequirements(declaration, installed);
}

function namesWithExtras(requirements: string[]): string[] {
  return requirements.flatMap((text) => /^\s*([\w.-]+)\s*\[/.exec(text)?.[1] ?? []);
}

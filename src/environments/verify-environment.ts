import { satisfies } from '@renovatebot/pep440';
import { EnvironmentFailed } from '../simulation/environment-failed.js';
import type { LocalBundle, PythonEnvironment } from '../simulation/ports.js';
import { checkDependencies } from './check-dependencies.js';
import { describeProblems } from './describe-problems.js';

/**
 * Makes sure that an interpreter is of the right version for a bundle, and has what the bundle declares.
 *
 * @param folder where the bundle's own environment is, or would be
 * @param built whether the interpreter is that environment's
 * @throws EnvironmentFailed saying what is missing; another error for trouble that may pass.
 */
export async function verifyEnvironment(
  { python, version }: PythonEnvironment,
  bundle: LocalBundle,
  { folder, built }: { folder: string; built: boolean },
): Promise<void> {
  const where = built ? `the environment at ${folder}` : python;
  const unmet = bundle.pythonRanges.filter(({ range }) => !satisfies(version, range));
  if (unmet.length > 0) {
    const required = unmet.map(({ range, file }) => `${file} requires ${range}`).join(' and ');
    const advice = built
      ? 'Build it anew with such a Python, or remove it'
      : `Let MODELOPS_PYTHON name one, or build an environment with one at ${folder}`;
    throw new EnvironmentFailed(
      `Cannot run the bundle in ${where}: it is Python ${version}, ${required}. ${advice}.`,
    );
  }
  if (bundle.dependencies.length === 0) return;
  const { problems } = await checkDependencies(python, bundle);
  if (problems.length === 0) return;
  const them = problems.length === 1 ? 'it' : 'them';
  const advice = built
    ? `Install ${them} there, or remove that environment`
    : `Install ${them} there, let MODELOPS_PYTHON name an environment that has ${them}, or build one at ${folder}, which the app does itself without MODELOPS_ENVIRONMENTS=installed`;
  throw new EnvironmentFailed(
    `Cannot run the bundle in ${where} (Python ${version}): of what ${bundle.dependencies.map(({ file }) => file).join(' and ')} declares, ${describeProblems(problems)}. ${advice}.`,
  );
}

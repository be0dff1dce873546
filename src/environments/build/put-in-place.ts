import { rename } from 'node:fs/promises';
import { foundPython } from '../find-python.js';
import type { BuildPlan } from './build-plan.js';
import type { EnvironmentState, WholePython } from './environment-state.js';
import { baseOf, type Mark, writeMark } from './mark.js';

/**
 * Marks an environment that is whole, and puts it where it belongs.
 *
 * @param environment its folder, in which it was asked for its state
 * @returns its Python as it is there: nobody need start it again to ask
 */
export async function putInPlace(
  plan: BuildPlan,
  environment: string,
  state: EnvironmentState,
  facts: Pick<Mark, 'declared' | 'installer' | 'builtAt' | 'fetched' | 'project'>,
): Promise<WholePython> {
  const { distributions } = state;
  const python = await baseOf(environment, plan.python, state);
  await writeMark(environment, { id: plan.id, ...facts, python, distributions });
  await rename(environment, plan.folder);
  const found = foundPython(state.python);
  const there = (path: string) =>
    path.startsWith(`${environment}/`) ? plan.folder + path.slice(environment.length) : path;
  return { ...found, soabi: state.soabi, python: there(found.python), path: found.path.map(there) };
}

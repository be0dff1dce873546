import { installWheels } from './install-wheels.js';
import { mustStayInside } from './must-stay-inside.js';
import { projectWheel } from './project-wheel.js';
import type { Work } from './work.js';

/**
 * Installs the project that a bundle is, if it is one, beside what it declares. Not editable: that would lead to the folder that
 * it was made from.
 *
 * @returns the name of its distribution
 */
export async function installProject(work: Work): Promise<string | undefined> {
  if (!work.bundle.isProject) return undefined;
  const { path, name } = await projectWheel(work);
  await installWheels(work, work.environment, [path]);
  if (work.installer.kind !== 'uv') await mustStayInside(work.environment, work.plan.python.python);
  return name;
}

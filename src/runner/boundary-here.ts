import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { viewOf } from '../files/view-of.js';
import type { PythonEnvironment } from '../simulation/ports.js';
import { needsOfTask } from './place/needs-of-task.js';
import { whyOutOfReach } from './place/why-out-of-reach.js';
import { type Sandbox, sandboxFlags } from './process/sandbox.js';
import { type Boundary, startSupervisor } from './process/supervisor.js';

/**
 * What would stand between a simulation and the app here: a supervisor is started, and asked.
 *
 * @param environment that tasks run in
 */
export async function boundaryHere(
  { python, reads }: Pick<PythonEnvironment, 'python' | 'reads'>,
  scratchRoot: string,
  sandbox: Sandbox,
): Promise<Boundary> {
  const supervisor = startSupervisor(python, 'nobody', sandboxFlags(sandbox));
  try {
    const found = await supervisor.boundary;
    if (found === undefined)
      throw new Error(`Cannot tell as whom simulations run: ${python} does not start.`);
    const view = viewOf(needsOfTask({ reads }, join(above(scratchRoot), 'scratch')));
    return { ...found, withoutUsers: whyOutOfReach(found, view) };
  } finally {
    await supervisor.close();
  }
}

/** What is there of the folders above it, which the app does not open to others by itself. */
function above(folder: string): string {
  const parent = dirname(folder);
  return existsSync(parent) || parent === folder ? parent : above(parent);
}

import { join } from 'node:path';
import type { Need } from '../../files/view-of.js';
import { packageRoot } from '../../package/package-root.js';
import type { PythonEnvironment } from '../../simulation/ports.js';

const runner = join(packageRoot, 'src', 'runner', 'python');

/**
 * Which files and folders a process needs to run tasks.
 *
 * @param folder in which it has its own
 */
export function needsOfTask({ reads }: Pick<PythonEnvironment, 'reads'>, folder: string): Need[] {
  return [...[runner, ...reads].map((path) => ({ path, writes: false })), { path: folder, writes: true }];
}

import { workerMark } from '../runner/identity/worker-mark.js';
import { taskEnvironment } from '../runner/place/task-environment.js';
import type { Workload } from './workload.js';

/** What other methods start Python with: the environment that the product's own tasks have, in a folder that is there. */
export function plainEnvironment(workload: Workload, folder: string): Record<string, string> {
  const { [workerMark]: _, ...env } = taskEnvironment(workload, folder, {
    passed: workload.passed ?? {},
    folder: { name: '' },
  });
  return { ...env, HOME: folder, TMPDIR: folder };
}

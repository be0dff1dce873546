import { packagesId } from '../contracts/result/packages-id.js';
import type { Counting, PythonEnvironment } from './ports.js';
import type { TaskInvocation } from './task-invocation.js';

/** Which stored results count for a task that runs, or would run, in an environment. */
export function counting(
  { mustRun, jobRun }: TaskInvocation,
  environment: () => Promise<PythonEnvironment | undefined>,
): Counting {
  if (mustRun) return { run: jobRun };
  return {
    packages: async () => {
      const found = await environment();
      return found && packagesId(await found.facts());
    },
  };
}

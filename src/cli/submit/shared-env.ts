import type { SimTask } from '../../contracts/task/sim-task.js';

/** The environment variables that all tasks have alike. */
export function sharedEnv(tasks: SimTask[]): Record<string, string> {
  const [first, ...others] = tasks;
  return Object.fromEntries(
    Object.entries(first?.env ?? {}).filter(([name, value]) =>
      others.every(({ env }) => env?.[name] === value),
    ),
  );
}

import { limitsOf } from '../contracts/bundle/limits-of.js';
import type { TaskLine } from '../contracts/job/task-line.js';
import type { SimTask } from '../contracts/task/sim-task.js';

/** What a message asks for, without where it belongs and how it is to run. */
export function taskOf({ message }: Pick<TaskLine, 'message'>): SimTask {
  const { bundle_ref, entrypoint, params, seed, outputs, config, env } = message;
  return {
    ...{ bundle_ref, entrypoint, params, seed },
    ...(outputs && { outputs }),
    ...(config && { config }),
    ...(env && { env }),
    ...limitsOf(message),
  };
}

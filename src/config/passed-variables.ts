import { ConfigurationError } from './configuration-error.js';
import type { Settings } from './settings.js';

/**
 * The variables of the app's own environment that tasks get, by MODELOPS_TASK_ENV_PASS.
 *
 * @throws ConfigurationError when one is not set, or is where the queue's connection stands.
 */
export function passedVariables(
  { MODELOPS_TASK_ENV_PASS: names = [], MODELOPS_QUEUE_CONNECTION: connection }: Settings,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const problems: string[] = [];
  const passed: Record<string, string> = {};
  for (const name of names) {
    const value = env[name];
    if (name === connection || name.startsWith(`${connection}__`)) {
      problems.push(
        `MODELOPS_TASK_ENV_PASS names ${name}, which holds the queue's connection and is for no simulation to see: leave it out.`,
      );
    } else if (value === undefined) {
      problems.push(
        `MODELOPS_TASK_ENV_PASS names ${name}, which is not set here: set it, or leave the name out.`,
      );
    } else passed[name] = value;
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return passed;
}

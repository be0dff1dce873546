import { TaskEnv } from '../contracts/task/task-env.js';
import { violationOf } from '../contracts/validation/violation-of.js';
import { UsageError } from '../reporting/usage-error.js';

/**
 * The environment variables of `--env NAME=VALUE`; undefined when none is given.
 *
 * @throws UsageError
 */
export function readEnv(given: string[] | undefined): Record<string, string> | undefined {
  if (given === undefined) return undefined;
  const env: Record<string, string> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    if (at === -1) throw new UsageError(`Cannot use --env "${text}": write it as NAME=VALUE.`);
    const name = text.slice(0, at);
    if (Object.hasOwn(env, name))
      throw new UsageError(`Cannot use --env "${text}": ${name} is given twice. Leave one out.`);
    env[name] = text.slice(at + 1);
  }
  const parsed = TaskEnv.safeParse(env);
  if (!parsed.success) throw new UsageError(`Cannot use --env: ${violationOf(parsed.error, 'It').message}`);
  return parsed.data;
}

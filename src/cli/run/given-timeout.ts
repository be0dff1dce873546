import type { GivenTimeout } from '../../simulation/timeout-limit.js';
import type { TaskOptions } from './task-options.js';

/** The limit that `--timeout` sets, if it was given. */
export function givenTimeout({ timeout }: Pick<TaskOptions, 'timeout'>): GivenTimeout | undefined {
  return timeout === undefined ? undefined : { seconds: timeout, setBy: '--timeout' };
}

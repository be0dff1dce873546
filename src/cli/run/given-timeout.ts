import type { GivenTimeout } from '../../simulation/timeout-limit.js';

/** The limit that `--timeout` sets, if it was given. */
export function givenTimeout({ timeout }: { timeout?: number | undefined }): GivenTimeout | undefined {
  return timeout === undefined ? undefined : { seconds: timeout, setBy: '--timeout' };
}

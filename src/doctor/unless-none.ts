import { EnvironmentFailed } from '../simulation/environment-failed.js';

/** For checks that need a Python: that there is none is said by the check of Python itself. */
export function unlessNone(error: unknown): undefined {
  if (!(error instanceof EnvironmentFailed)) throw error;
}

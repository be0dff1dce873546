import { lstat } from 'node:fs/promises';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';

/**
 * For a file that code of strangers has written: a link may lead to what is the app's, and a pipe has no end.
 *
 * @throws EnvironmentFailed when it is something else than a file, or is not there.
 */
export async function mustBePlain(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isFile())
    throw new EnvironmentFailed(
      `Cannot build what the bundle asks for: its code was to write the file ${path}, and there is ${found ? 'something else' : 'none'}.`,
    );
}

import { tmpdir } from 'node:os';
import { whyRefused } from './why-refused.js';

/**
 * Tries to let a process find a folder of its own where all others find theirs.
 *
 * @param python absolute path of an interpreter
 * @returns why that cannot be had here, as one sentence; undefined when it can
 */
export async function whyPathsDiffer(
  python: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const why = await whyRefused(python, ['see_at', tmpdir(), tmpdir()], platform);
  return why === undefined
    ? undefined
    : `Each task has paths of its own (${why}): the same for all take Linux, and a machine that lets ordinary users, or a container that lets root, make mount namespaces.`;
}

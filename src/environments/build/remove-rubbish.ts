import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from '../../files/names-in.js';
import { withFreeLock } from '../../files/with-lock.js';

/**
 * Removes what killed builds and removals left, but for environments that somebody is building.
 *
 * @param folder of the environments
 * @param own id of one whose lock the caller holds
 */
export async function removeRubbish(folder: string, own?: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const [, id] = /^([0-9a-f]{32})\.tmp-/.exec(name) ?? [];
    if (id === undefined) continue;
    const remove = () => rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
    if (id === own) await remove();
    else await withFreeLock(join(folder, id), remove);
  }
}

import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { hasCode } from '../../files/has-code.js';

/**
 * Removes an environment, whose lock the caller holds. Out of the way at once: what removes a folder can be killed halfway.
 *
 * @param folder need not exist
 */
export async function takeAway(folder: string): Promise<void> {
  const away = `${folder}.tmp-${randomBytes(6).toString('hex')}`;
  try {
    await rename(folder, away);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  await rm(away, { recursive: true, force: true, maxRetries: 3 });
}

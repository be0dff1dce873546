import { chmod, mkdir, stat } from 'node:fs/promises';
import type { Installer } from './find-installer.js';

/** Keeps to the app what uv has fetched for all bundles, private packages among it: code of strangers has other users, and uv lets everybody read. */
export async function closeCache({ cache, name }: Installer): Promise<void> {
  if (!cache)
    throw new Error(`Cannot keep what ${name} fetches to the app: it does not say where its cache is.`);
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(cache);
  if (uid === process.geteuid?.() && (mode & 0o077) !== 0) await chmod(cache, 0o700);
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyBundle } from './working-copy.js';

/**
 * Makes the folders in which a process works.
 *
 * @param bundle whose copy is made; none for an empty working folder
 */
export async function workingFolders(bundle: { path: string } | undefined, folder: string): Promise<void> {
  await Promise.all(['bundle', 'home', 'tmp'].map((name) => mkdir(join(folder, name))));
  if (bundle) await copyBundle(bundle.path, join(folder, 'bundle'));
}

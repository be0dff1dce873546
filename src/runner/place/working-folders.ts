import { join } from 'node:path';
import type { ExecutorContext } from '../executor-context.js';
import type { WarmedRequest } from '../warm-up/warm-up.js';
import { makeWorkingCopy } from './make-working-copy.js';
import { handOver, makeFolders } from './own-folders.js';
import { copyBundle } from './working-copy.js';

const names = ['bundle', 'home', 'tmp'];

/** Their paths. */
export function workingFoldersIn(folder: string): string[] {
  return names.map((name) => join(folder, name));
}

/**
 * Makes the folders in which a process works.
 *
 * @param user to whom they are given, if not the app's
 * @param request of whose bundle a working copy is made; none for an empty working folder
 */
export async function workingFolders(
  context: Pick<ExecutorContext, 'bytecode'>,
  folder: string,
  user: number | undefined,
  request?: Pick<WarmedRequest, 'bundle' | 'environment' | 'warmUp'>,
): Promise<void> {
  const folders = workingFoldersIn(folder);
  makeFolders(folders);
  if (request) {
    if (request.warmUp) await copyBundle(request.warmUp.home, join(folder, 'home'), user);
    await makeWorkingCopy(context.bytecode, request, join(folder, 'bundle'), user);
  }
  handOver(folders, user);
}

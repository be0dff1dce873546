import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '../executor-context.js';
import type { WarmedRequest } from '../warm-up/warm-up.js';
import { makeWorkingCopy } from './make-working-copy.js';
import { copyBundle } from './working-copy.js';

/**
 * Makes the folders in which a process works.
 *
 * @param request of whose bundle a working copy is made; none for an empty working folder
 */
export async function workingFolders(
  context: Pick<ExecutorContext, 'bytecode'>,
  folder: string,
  request?: Pick<WarmedRequest, 'bundle' | 'environment' | 'warmUp'>,
): Promise<void> {
  for (const name of ['bundle', 'home', 'tmp']) mkdirSync(join(folder, name));
  if (!request) return;
  if (request.warmUp) await copyBundle(request.warmUp.home, join(folder, 'home'));
  await makeWorkingCopy(context.bytecode, request, join(folder, 'bundle'));
}

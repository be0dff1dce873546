import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRequest } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import { makeWorkingCopy } from './make-working-copy.js';

/**
 * Makes the folders in which a process works.
 *
 * @param request of whose bundle a working copy is made; none for an empty working folder
 */
export async function workingFolders(
  context: Pick<ExecutorContext, 'bytecode'>,
  folder: string,
  request?: Pick<RunRequest, 'bundle' | 'environment'>,
): Promise<void> {
  await Promise.all(['bundle', 'home', 'tmp'].map((name) => mkdir(join(folder, name))));
  if (request) await makeWorkingCopy(context.bytecode, request, join(folder, 'bundle'));
}

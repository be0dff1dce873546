import type { RunRequest } from '../../simulation/ports.js';
import type { Bytecode } from './bytecode.js';
import { copyBundle } from './working-copy.js';

/** Copies the bundle of a task into an existing folder, with its bytecode where that has been made. */
export async function makeWorkingCopy(
  bytecode: Bytecode,
  request: Pick<RunRequest, 'bundle' | 'environment'>,
  to: string,
  user?: number,
): Promise<void> {
  const compiled = bytecode.of(request);
  await copyBundle(request.bundle.path, to, user);
  if (compiled !== undefined) await copyBundle(compiled, to, user);
}

import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkWritable } from '../files/check-writable.js';
import { UsageError } from '../reporting/usage-error.js';

/**
 * Makes sure that a file can be written before the long work whose result it is to take.
 *
 * @throws UsageError, or one that names the folder and the cause
 */
export async function mustTakeFile(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory())
    throw new UsageError(`Cannot write what was measured to ${file}: it is a folder. Name a file.`);
  await checkWritable(dirname(file));
}

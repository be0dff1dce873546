import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A folder, or the first above it that is there. */
export async function nearestExisting(folder: string): Promise<string> {
  const there = await stat(folder).catch(() => undefined);
  return there || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}

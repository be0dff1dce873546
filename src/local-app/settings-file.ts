import { join } from 'node:path';

/** The file that leads a shell's commands to storage that is kept in a folder. */
export function settingsFile(folder: string): string {
  return join(folder, 'env');
}

import { join } from 'node:path';

/** Where pip tells in detail what it does: code that it runs can put anything there. */
export function pipLog(pipFolder: string): string {
  return join(pipFolder, 'pip.log');
}

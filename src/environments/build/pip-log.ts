import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where pip tells in detail what it does: code that it runs can put anything there. */
export function pipLog(pipFolder: string): string {
  return join(pipFolder, 'pip.log');
}

/** Before each start of pip: a link that code has left there would lead what is written next to where it leads. */
export async function renewPipFolder(pipFolder: string): Promise<void> {
  await rm(pipFolder, { recursive: true, force: true });
  await mkdir(pipFolder);
}

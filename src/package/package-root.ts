import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json and host.json, from the sources as well as from `dist/`. */
export const packageRoot: string = nearestWithHostJson(dirname(fileURLToPath(import.meta.url)));

function nearestWithHostJson(folder: string): string {
  if (existsSync(join(folder, 'host.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error('Cannot find host.json above the compiled files: the package is incomplete.');
  return nearestWithHostJson(parent);
}

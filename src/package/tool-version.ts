import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from './package-root.js';

/** The version in package.json. It is our own file, and every command waits for this: nothing has to be loaded to read it. */
export async function toolVersion(): Promise<string> {
  const { version }: { version: string } = JSON.parse(
    await readFile(join(packageRoot, 'package.json'), 'utf8'),
  );
  return version;
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FoundPython } from './find-python.js';

/** What of an interpreter lies where: its virtual environment, if it has one, its installation, and the folders of its modules. */
export function filesOfPython({
  python,
  prefix,
  path,
}: Pick<FoundPython, 'python' | 'prefix' | 'path'>): string[] {
  const venv = dirname(dirname(python));
  return [...(existsSync(join(venv, 'pyvenv.cfg')) ? [venv] : []), python, prefix, ...path];
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsMark } from '../../contracts/results-mark.js';

/** Makes the folder below which all results are kept, and marks it as such: it may lie in the folder of a model. */
export async function makeResultsFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, resultsMark), 'Results that mops-cold keeps here are left out of bundles.\n');
}

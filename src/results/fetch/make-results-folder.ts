import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsMark } from '../../contracts/result/results-mark.js';

/**
 * Makes a folder for results, and marks it as such: it may lie in the folder of a model. Only folders that are named for
 * a task are marked, never one that a person chose, where files of the model may be.
 */
export async function makeResultsFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, resultsMark), 'Results that mops-cold keeps here are left out of bundles.\n');
}

import type { FilesAsTheyWere } from './files-below.js';

/** Those that are new, changed or gone, in order. */
export function writtenFiles(before: FilesAsTheyWere, after: FilesAsTheyWere): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

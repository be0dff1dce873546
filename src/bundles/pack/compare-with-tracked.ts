import { join } from 'node:path';
import { counted } from '../../reporting/counted.js';
import { textIfPresent } from '../metadata/text-if-present.js';

/** Where modelops-bundle keeps which files of a checkout it would push, a path a line. */
const trackedFile = '.modelops-bundle/tracked.txt';

/** How many names a remark has room for. */
const namesSaid = 5;

/**
 * What modelops-bundle would push of a folder beside what is packed of it here: two tools make two bundles of one folder.
 *
 * @param packed paths of what is packed
 * @returns a remark; undefined when they are the same, or modelops-bundle tracks nothing here
 */
export async function compareWithTracked(
  folder: string,
  packed: readonly string[],
): Promise<string | undefined> {
  const text = await textIfPresent(
    join(folder, trackedFile),
    (what) => new Error(`Cannot pack ${folder}: its ${trackedFile} ${what}.`),
  );
  const tracked = (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (tracked.length === 0) return undefined;
  const onlyPacked = missingIn(packed, tracked);
  const onlyTracked = missingIn(tracked, packed);
  if (onlyPacked.length + onlyTracked.length === 0) return undefined;
  return [
    `modelops-bundle tracks ${counted(tracked.length, 'file')} here (${trackedFile}); ${counted(packed.length, 'file')} of the folder ${packed.length === 1 ? 'belongs' : 'belong'} to this bundle.`,
    ...(onlyPacked.length > 0 ? [`Not tracked: ${someOf(onlyPacked)}.`] : []),
    ...(onlyTracked.length > 0 ? [`Tracked, and not in this bundle: ${someOf(onlyTracked)}.`] : []),
  ].join(' ');
}

function missingIn(paths: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return paths.filter((path) => !known.has(path));
}

function someOf(paths: readonly string[]): string {
  const more = paths.length - namesSaid;
  return paths.slice(0, namesSaid).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

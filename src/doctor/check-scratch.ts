import { access, constants, statfs } from 'node:fs/promises';
import type { Check } from '../reporting/check.js';
import { formatBytes } from '../reporting/format-bytes.js';
import { temporaryFolderRemark } from '../runner/place/temporary-folder-remark.js';
import { nearestExisting } from './nearest-existing.js';

const leastFreeBytes = 256 * 1024 * 1024;

/** The disk on which tasks have their private folders. */
export async function checkScratch(folder: string): Promise<Check> {
  const existing = await nearestExisting(folder);
  try {
    await access(existing, constants.W_OK | constants.X_OK);
  } catch {
    return {
      name: 'Scratch disk',
      state: 'missing',
      found: `${existing} cannot be written: set MODELOPS_SCRATCH_DIR to a folder that can`,
    };
  }
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  const enough = free >= leastFreeBytes;
  const remark = temporaryFolderRemark(folder);
  return {
    name: 'Scratch disk',
    state: !enough ? 'missing' : remark === undefined ? 'ok' : 'limited',
    found: `${folder}, ${formatBytes(free)} free${enough ? '' : `, and at least ${formatBytes(leastFreeBytes)} are needed: free some, or set MODELOPS_SCRATCH_DIR`}${remark === undefined ? '' : `. ${remark}`}`,
  };
}

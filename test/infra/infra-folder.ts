import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package/package-root.js';

export const infraFolder: string = join(packageRoot, 'infra');
export const snapshotsFolder: string = join(infraFolder, 'snapshots');

/** `<hosting>-<what>` of each committed snapshot. */
export const snapshotNames: string[] = readdirSync(snapshotsFolder)
  .filter((file) => file.endsWith('.bicepparam'))
  .map((file) => file.slice(0, -'.bicepparam'.length));

import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'lossless-json';
import type { RunAggregate } from '../../simulation/ports.js';

/**
 * Makes the folder in which the process of an aggregation finds the results: their files, and `inputs.json`, which says what each is.
 *
 * @param shared whether it is another user's process that reads them
 */
export async function placeInputs(
  { aggregationId, targetData, simReturns, bring }: RunAggregate,
  folder: string,
  shared: boolean,
): Promise<void> {
  mkdirSync(folder);
  await bring(folder);
  const told = { aggregation_id: aggregationId, target_data: targetData, sim_returns: simReturns };
  await writeFile(join(folder, 'inputs.json'), stringify(told) ?? '');
  if (!shared) return;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  chmodSync(folder, 0o755);
}

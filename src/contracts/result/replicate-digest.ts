import { blake2b } from '../identities/blake2b.js';
import { canonicalJson } from '../json/canonical-json.js';
import type { CheckRequest } from '../task/check-request.js';
import type { RunExecutor } from '../task/executor.js';
import { resultKey } from '../task/result-key.js';
import type { SimTask } from '../task/sim-task.js';

/**
 * What a task and its outputs are but for the seed, 32 hex digits: two tasks have it in common when they are replicates (all
 * that determines them is the same, the seeds differ) and every output of one has the checksum that it has in the other.
 */
export function replicateDigest(
  task: SimTask & { check?: CheckRequest },
  executor: RunExecutor,
  outputs: Record<string, { checksum: string }>,
): string {
  const checksums = Object.fromEntries(
    Object.entries(outputs).map(([name, { checksum }]) => [name, checksum]),
  );
  const ofAnySeed = resultKey({ ...task, seed: 0n }, executor);
  return blake2b(`replicate:v1|${ofAnySeed}|${canonicalJson(checksums)}`, 128);
}

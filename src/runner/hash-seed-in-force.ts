import { type HashSeed, hashSeedOf } from '../contracts/environment/hash-seed.js';
import type { RunRequest } from '../simulation/ports.js';

/** One for all processes, so that sets of text have the same order in each, unless a task or its bundle says otherwise. */
const usual = 0;

/** With what Python hashes text in the process of a task. */
export function hashSeedInForce({ task, bundle }: Pick<RunRequest, 'task' | 'bundle'>): HashSeed {
  const said = task.env?.PYTHONHASHSEED ?? bundle.metadata.env?.PYTHONHASHSEED;
  return (said === undefined ? undefined : hashSeedOf(said)) ?? bundle.metadata.hash_seed ?? usual;
}

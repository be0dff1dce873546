import { threadCaps } from '../../contracts/environment/thread-caps.js';
import type { Attestation } from '../../contracts/result/attestation.js';
import type { RunRequest } from '../../simulation/ports.js';

/** How many threads a task was held to, and where it or its bundle said otherwise. */
export function threadsInForce({
  task,
  bundle,
  threads,
}: Pick<RunRequest, 'task' | 'bundle' | 'threads'>): NonNullable<Attestation['threads']> {
  const said = { ...bundle.metadata.env, ...task.env };
  return { most: threads, overridden: Object.keys(threadCaps(threads)).filter((name) => name in said) };
}

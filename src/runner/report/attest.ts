import { isDeepStrictEqual } from 'node:util';
import { Attestation } from '../../contracts/result/attestation.js';
import type { RunExecutor } from '../../contracts/task/executor.js';
import type { TaskRecord } from '../process/runner-process.js';

/**
 * Proof of which process ran the task; undefined when it ended before it could say who it is.
 * @throws when what the process told is not what its parent saw, or a process for one task ran more than one
 */
export function attest(executor: RunExecutor, record: TaskRecord): Attestation | undefined {
  const { ready } = record;
  if (!ready) return undefined;
  const { inside, ...seen } = record.seen;
  if (!isDeepStrictEqual(ready.identity, { ...seen, ...inside })) {
    throw new Error(
      `Cannot prove which process ran the task: it says it is ${JSON.stringify(ready.identity)}, its parent saw ${JSON.stringify(record.seen)}.`,
    );
  }
  const { pid, pid_namespace } = seen;
  const ordinal = record.done?.ordinal ?? record.entered?.ordinal ?? 1;
  if ((executor === 'cold' || executor === 'forkserver') && ordinal !== 1) {
    throw new Error(
      `Cannot prove that the task had a process of its own: its process says this was its task number ${ordinal}.`,
    );
  }
  return Attestation.parse({
    executor,
    start_method: executor === 'forkserver' ? 'forkserver' : 'spawn',
    told: { ...ready.identity, ...(inside && { pid, pid_namespace }) },
    seen,
    ...(inside && { inside }),
    nonce: ready.nonce,
    ordinal,
    python: ready.python,
    wire: record.entered?.wire,
  });
}

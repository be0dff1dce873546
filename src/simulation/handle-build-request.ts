import type { BuildRecord } from '../contracts/message/build-record.js';
import type { BuildRequest } from '../contracts/message/build-request.js';
import type { Bundles, KeepsEnvironments } from './ports.js';

/** What a request to build needs of the world. */
export interface BuildContext {
  bundles: Bundles;
  environments: KeepsEnvironments;
  /** Created once; the first one stays. */
  record(record: BuildRecord): Promise<void>;
  now(): Date;
}

/**
 * Builds and stores the environment of a bundle, and writes down what came of it. A failure is not tried again here, though it may be one
 * that passes: somebody waits for the answer.
 *
 * @returns what came of it, a sentence
 * @throws when that cannot be written down, or the worker goes away: the queue delivers the request again.
 */
export async function handleBuildRequest(
  { bundles, environments, record, now }: BuildContext,
  { bundle_ref, request, repair }: BuildRequest,
  signal: AbortSignal,
): Promise<string> {
  const finish = (came: Pick<BuildRecord, 'reason' | 'environment'>) =>
    record({ request, bundle_ref, ...came, finished_at: now().toISOString() });
  try {
    const bundle = await bundles.ensureLocal(bundle_ref, signal);
    try {
      const kept = await environments.keep(bundle, { again: repair === true });
      signal.throwIfAborted();
      if (kept === undefined) {
        await finish({ reason: '', environment: null });
        return `Bundle ${bundle_ref} declares no packages: there is nothing to build.`;
      }
      const { id, python, digest, size = 0 } = kept;
      await finish({ reason: '', environment: { id, ...python, digest, new_bytes: size } });
      return `The environment ${id} of bundle ${bundle_ref} is stored.`;
    } finally {
      await bundle.release();
    }
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    await finish({ reason });
    return reason;
  }
}

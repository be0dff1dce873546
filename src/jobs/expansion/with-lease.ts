import { type ContainerClient, RestError } from '@azure/storage-blob';
import { createOnce } from '../../azure-backend/create-once.js';

/**
 * Works while it holds the lease of a blob, which is made where it is missing. Whoever dies with it holds it until it runs out.
 *
 * @param seconds for which it is held, 15 to 60; the work has to be over by then, or the lease be renewed: then it runs out so long after its holder died
 * @returns undefined when somebody else holds it
 */
export async function withLease<T>(
  jobs: ContainerClient,
  path: string,
  seconds: number,
  work: () => Promise<T>,
  { renewed = false } = {},
): Promise<T | undefined> {
  const lease = jobs.getBlobClient(path).getBlobLeaseClient();
  const acquire = async (): Promise<boolean> => {
    try {
      await lease.acquireLease(seconds);
      return true;
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 409) return false;
      if (!(error instanceof RestError && error.statusCode === 404)) throw error;
      await createOnce(jobs, path, '', 'text/plain');
      return acquire();
    }
  };
  if (!(await acquire())) return undefined;
  // Where it cannot be, it may run out: nothing rests on it.
  const renew = () => void lease.renewLease().catch(() => undefined);
  const renewing = renewed ? setInterval(renew, (seconds * 1000) / 3) : undefined;
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    // Otherwise it runs out.
    await lease.releaseLease().catch(() => undefined);
  }
}

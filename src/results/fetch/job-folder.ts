import { join } from 'node:path';
import { SafeName } from '../../contracts/validation/safe-name.js';

/**
 * Where a job's files are kept.
 *
 * @throws when the name could lead elsewhere.
 */
export function jobFolder(to: string, jobId: string): string {
  const checked = SafeName.safeParse(jobId);
  if (!checked.success)
    throw new Error(`Cannot fetch the job "${jobId}": its name ${checked.error.issues[0]?.message}.`);
  return join(to, checked.data);
}

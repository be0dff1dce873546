import type { ProcessIdentity } from '../../contracts/result/attestation.js';

/** The mark of a worker on all that it starts: `<pid>-<start time>`. */
export function workerName(identity: ProcessIdentity): string {
  return `${identity.pid}-${identity.start_time.replace(/[^0-9A-Za-z]+/g, '_')}`;
}

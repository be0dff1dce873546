import type { ProcessIdentity } from '../../contracts/result/attestation.js';

/** The folder of a worker below `<scratch>/workers`, and its mark: `<pid>-<start time>`. */
export function workerName(identity: ProcessIdentity): string {
  return `${identity.pid}-${identity.start_time.replace(/[^0-9A-Za-z]+/g, '_')}`;
}

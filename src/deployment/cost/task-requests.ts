const mib = 1024 ** 2;
/** Artifacts up to here go in one request, larger ones in blocks of this size and a request that lists them. */
const blockBytes = 4 * mib;
/** The host takes a message again for ten minutes every five. */
const renewalSeconds = 300;

export interface StorageRequests {
  blobWrites: number;
  blobReads: number;
  queueOperations: number;
}

/**
 * What one task that succeeds asks of storage: it looks for its result, writes its artifacts, its result, its log and
 * its outcome; its message is put, taken, kept and deleted.
 */
export function taskRequests(seconds: number, artifacts: number, artifactMib: number): StorageRequests {
  const bytesOfEach = artifacts === 0 ? 0 : (artifactMib * mib) / artifacts;
  const writesOfEach = bytesOfEach <= blockBytes ? 1 : Math.ceil(bytesOfEach / blockBytes) + 1;
  return {
    blobReads: 1,
    blobWrites: artifacts * writesOfEach + 3,
    queueOperations: 3 + Math.floor(seconds / renewalSeconds),
  };
}

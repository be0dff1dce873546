/** Environment variable of everything that a worker starts: a later worker finds by it what a dead one left. */
export const workerMark = 'MOPS_COLD_WORKER';

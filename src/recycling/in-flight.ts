/** How many invocations the host believes to be running in this worker. */
export interface InFlight {
  /** Of queue triggers, the held ones included. */
  queue: number;
  /** Committed and deleted, with the answer withheld. */
  held: number;
  http: number;
  /** `performance.now()` of the last answer given. */
  lastAnswerAt: number;
  /** Of the last one to a queue trigger, from which the host's polling begins anew. */
  lastQueueAnswerAt: number;
}

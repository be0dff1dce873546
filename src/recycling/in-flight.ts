/** How many invocations the host believes to be running in this worker. */
export interface InFlight {
  /** Of queue triggers, the held ones included. */
  queue: number;
  /** Committed and deleted, with the answer withheld. */
  held: number;
  http: number;
  /** `performance.now()` of the last answer given, or invocation of a queue trigger that came. */
  lastPassedAt: number;
  /** Of the last answer to a queue trigger, from which the host's polling begins anew. */
  lastQueueAnswerAt: number;
}

/** The times of the Functions host that no setting of host.json reaches, in milliseconds. */
export interface HostTiming {
  /** Visibility of a message at its receipt; renewed at half of it while the function runs. */
  readonly leaseMs: number;
  /** The shortest pause after an empty look at a queue. */
  readonly minPollingMs: number;
  /** Between the fetch of a message and its invocation. A host that stops leaves what it has in between leased, as it is. */
  readonly dispatchMs: number;
  /** Between the start of a replacement worker and the next one's. */
  readonly restartIntervalMs: number;
  /** Crashes count together until this long has passed without one. */
  readonly errorMemoryMs: number;
  /** Between functionTimeout and the end of the worker that runs the invocation. */
  readonly timeoutGraceMs: number;
  /** For `appTerminate`, before the worker is killed. */
  readonly terminateGraceMs: number;
  /** For messages and requests in flight when the host stops. */
  readonly drainMs: number;
  /** Between two of the failures that a dead worker's invocations become. */
  readonly failureGapMs: number;
  /** For the worker to load the app. */
  readonly initTimeoutMs: number;
}

/** Those of the real host, but for restartIntervalMs, 10 s unless worker.config.json says otherwise as in our image, and dispatchMs. */
export const defaultHostTiming: HostTiming = {
  leaseMs: 10 * 60_000,
  minPollingMs: 100,
  dispatchMs: 0, // the real one takes 4 to 46 ms; here nothing is to be left behind
  restartIntervalMs: 100,
  errorMemoryMs: 30 * 60_000,
  timeoutGraceMs: 2_000,
  terminateGraceMs: 5_000,
  drainMs: 10_000,
  failureGapMs: 2, // with a threshold above 0 it burns about as many attempts as were measured
  initTimeoutMs: 120_000,
};

import type { HostExit } from './start-local-host.js';

/** A Functions host that runs the app, whichever host it is. */
export interface RunningHost {
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Ends the host and what it started. */
  stop(): Promise<void>;
  /** Settles when the host has ended; never rejects. */
  readonly exited: Promise<HostExit>;
}

import type { Expansion } from '../../contracts/job/expansion.js';
import type { JobRun } from '../../simulation/ports.js';

/** An expansion as a listing knows it. */
export interface ListedExpansion extends JobRun {
  priority: number;
  /** See `Expansion.served_at`. */
  servedAt: string;
}

/** An expansion, and what proves that nobody else has changed it since. */
export interface OpenExpansion {
  state: Expansion;
  etag: string;
}

/** What an expander needs of the world. */
export interface ExpansionStore {
  list(): Promise<ListedExpansion[]>;
  /** @returns undefined when it is gone */
  open(run: JobRun): Promise<OpenExpansion | undefined>;
  /** @throws Overtaken when somebody else has changed it; nothing is written then. */
  save(open: OpenExpansion): Promise<void>;
  /** Removes it. @throws Overtaken */
  finish(open: OpenExpansion): Promise<void>;
  /** Has every worker know, within seconds, that these lines may have two messages. May be repeated. */
  markUnsure(state: Expansion, from: number, to: number): Promise<void>;
  /** Writes down that nothing from this line on will be sent. May be repeated. */
  leaveOut(state: Expansion, from: number, reason: string): Promise<void>;
  /** Why nobody wants the run any more, one sentence; undefined while it is wanted. */
  cancelled(run: JobRun): string | undefined;
  /** How many messages of tasks the queue has, those that are being run included; never fewer than there are. */
  waiting(): Promise<number>;
  /** Sends the messages of these lines. @throws when any of them may not have been sent. */
  send(state: Expansion, from: number, to: number): Promise<void>;
}

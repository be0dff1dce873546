import type { AppIndex, InvocationRequest, InvocationResult } from '../rpc.js';

/** How a worker process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A worker process that has loaded the app. */
export interface WorkerProcess {
  readonly pid: number;
  readonly app: AppIndex;
  /** Settles when the process is gone and everything that it sent has been read. */
  readonly exited: Promise<WorkerExit>;
  /** Settles with the worker's answer or with `fail`; a dead worker alone settles nothing. */
  invoke(request: InvocationRequest): Promise<InvocationResult>;
  /** The invocations that it has not answered. */
  inFlight(): string[];
  fail(invocationId: string, error: Error): void;
  /** WorkerTerminate: the app's hooks, then exit 0; the kill of this one process when `graceMs` are over. */
  terminate(graceMs: number): Promise<void>;
}

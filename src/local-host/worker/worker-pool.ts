import type { AppIndex, InvocationRequest, InvocationResult } from '../rpc.js';

/** The worker that runs the invocations: the same one until it ends, then its replacement. */
export interface WorkerPool {
  /** Starts the first worker. Rejects when the app cannot be loaded. */
  start(): Promise<AppIndex>;
  /** The process that takes invocations now; undefined while there is none. */
  pid(): number | undefined;
  /** Waits while a worker is being started. Rejects when the worker ended; a request whose signal is aborted is not sent. */
  invoke(request: InvocationRequest, signal: AbortSignal): Promise<InvocationResult>;
  /** Replaces the worker if it runs this invocation; settles when the next replacement is allowed. */
  replaceIfRunning(invocationId: string): Promise<void>;
  stop(): Promise<void>;
}

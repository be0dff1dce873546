import type { AppIndex, InvocationRequest, InvocationResult, RpcLogLevel } from './rpc.js';

/** What the host tells the worker process. */
export type HostMessage =
  | { kind: 'init'; hostVersion: string; appFolder: string }
  | { kind: 'invoke'; request: InvocationRequest }
  | { kind: 'terminate' };

/** What the worker process tells the host. */
export type WorkerMessage =
  | { kind: 'ready'; app: AppIndex }
  | { kind: 'failed'; reason: string }
  | { kind: 'response'; result: InvocationResult }
  | { kind: 'log'; level: RpcLogLevel; text: string; functionName?: string; invocationId?: string };

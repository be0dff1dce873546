import type { Bytecode } from './bytecode.js';
import type { Supervisor } from './supervisor.js';
import type { WorkerFolder } from './worker-folder.js';

/** What every kind of executor works with. */
export interface ExecutorContext {
  supervisor(): Supervisor;
  folder: WorkerFolder;
  bytecode: Bytecode;
  threadsPerTask: number;
  graceMs: number;
}

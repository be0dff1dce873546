import type { Bytecode } from './place/bytecode.js';
import type { WorkerFolder } from './place/worker-folder.js';
import type { Supervisor } from './process/supervisor.js';

/** What every kind of executor works with. */
export interface ExecutorContext {
  supervisor(): Supervisor;
  folder: WorkerFolder;
  bytecode: Bytecode;
  /** Variables of the app that every task gets. */
  passed: Record<string, string>;
  graceMs: number;
  /** Whether a task that cannot have a user of its own is refused. */
  requireSandbox: boolean;
}

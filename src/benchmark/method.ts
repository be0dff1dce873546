import type { SimTask } from '../contracts/task/sim-task.js';
import type { Measured } from './measured.js';
import type { Workload } from './workload.js';

/** One way of running tasks. */
export interface Method {
  name: string;
  /** Whether it claims that no task meets anything of another one. */
  isolates: boolean;
  /** What a reader should know of it. */
  about: string;
  /** Why it cannot run this workload here, a sentence; undefined when it can. */
  unsuited?(workload: Workload): string | undefined;
  open(workload: Workload, place: MethodPlace): Promise<OpenMethod>;
}

export interface MethodPlace {
  /** A folder for the method alone. */
  folder: string;
  /** The Python files of the bench. */
  python: string;
  /** How many tasks there are at once at most. */
  atOnce: number;
}

/** A method that is ready for tasks. */
export interface OpenMethod {
  /** @throws TaskFailed */
  run(task: SimTask, signal: AbortSignal): Promise<Measured>;
  /** Ends everything that it started. */
  close(): Promise<void>;
}

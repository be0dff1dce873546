import type { CpuBaseline } from '../contracts/environment/cpu-baseline.js';
import type { ExecutorName } from '../contracts/task/executor.js';
import type { Observation } from './observation.js';
import type {
  Bundles,
  Cancellations,
  Environments,
  Executor,
  Followers,
  JobRecords,
  Progress,
  ReplicateSets,
  ResultStore,
  WarmGuard,
} from './ports.js';

/** What a task needs of the world: the ports, and the limits that hold for every task. */
export interface SimulationContext {
  bundles: Bundles;
  environments: Environments;
  executor: Executor;
  results: ResultStore;
  records: JobRecords;
  /** Without it no task can be cancelled. */
  cancellations?: Cancellations;
  /** Without it nobody sees what a task prints before it has ended. */
  followers?: Followers;
  /** Without it only the records tell how far a run is. */
  progress?: Progress;
  /** Without it no parameter set is compared with targets. */
  sets?: ReplicateSets;
  /** Without it nobody checks what reused processes answer. */
  guard?: WarmGuard;
  /** The executor of tasks that do not demand `cold`. */
  defaultExecutor: ExecutorName;
  timeoutMs: number;
  /** How whoever is told of it has set it; by the setting when absent. */
  timeoutSetBy?: string;
  /** After which the host ends an invocation, whatever it does; never when absent. */
  invocationMs?: number;
  memoryLimitBytes: number;
  /** That a task's numerical libraries may use where its bundle says nothing. */
  threads: number;
  /** Whether tasks run without address randomisation. */
  fixedAddresses?: boolean;
  /** The instruction sets to which libraries are held; `native` when absent. */
  cpuBaseline?: CpuBaseline;
  /** Deliveries that a task may use up, those of its earlier messages included. */
  maxDeliveries: number;
  now(): Date;
  /** Is told of processes that could not be killed, where a delivery ends in trouble and has no result to tell them. Nobody waits for what it does, and it must not throw. */
  leftBehind?(unkillable: number[]): void;
  /** Is told of every delivery when its way is over. Nobody waits for what it does, and it must not throw. */
  observe(observation: Observation): void;
}

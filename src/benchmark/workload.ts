import type { CpuBaseline } from '../contracts/environment/cpu-baseline.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import type { LocalBundle, PythonEnvironment } from '../simulation/ports.js';

/** What every method runs. */
export interface Workload {
  name: string;
  /** With the bench's wire function around its own. */
  bundle: LocalBundle;
  environment: PythonEnvironment;
  /** For the latency of single tasks. */
  task: SimTask;
  /** For throughput: without time in the simulation, where that can be chosen. */
  shortTask: SimTask;
  /** What a bare interpreter would import, as Python; the bundle's wire function when absent. */
  imports?: string;
  timeoutMs: number;
  timeoutSetBy?: string;
  memoryLimitBytes: number;
  memorySetBy?: string;
  threads: number;
  /** Without address randomisation. */
  fixedAddresses?: boolean;
  /** The instruction sets to which libraries are held. */
  cpuBaseline?: CpuBaseline;
  /** Between which numpy chooses here, where it is held. */
  numpyFeatures?: string[];
  /** Variables of the app that every task gets. */
  passed?: Record<string, string>;
}

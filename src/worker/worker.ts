import type { ContainerClient } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import type { RuntimeConfig } from '../config/read-runtime-config.js';
import type { Claims } from '../jobs/expansion/create-claims.js';
import type { Expander } from '../jobs/expansion/create-expander.js';
import type { Recycler } from '../recycling/create-recycler.js';
import type { Boundary } from '../runner/process/supervisor.js';
import type { DeliveryResult } from '../simulation/delivery-result.js';
import type { BuildContext } from '../simulation/handle-build-request.js';
import type { PythonEnvironment, RunsPrograms } from '../simulation/ports.js';
import type { SimulationContext } from '../simulation/simulation-context.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import type { Journal } from './create-journal.js';
import type { TableMaker } from './create-table-maker.js';
import type { Terminator } from './create-terminator.js';

/** The Node process of the Functions host, and what it holds. */
export interface Worker {
  config: RuntimeConfig;
  simulation: SimulationContext;
  /** For requests to build ahead, which are no tasks. */
  builds: BuildContext;
  /** Runs programs of ours in the place of a task. */
  programs: RunsPrograms;
  /** For requests to send the messages of a job. */
  expander: Expander;
  /** For requests to make the tables of a job. */
  tables: TableMaker;
  claims: Claims;
  recycler: Recycler;
  terminator: Terminator;
  journal: Journal;
  telemetry: Telemetry;
  /** Takes notice of how a message ended, for health and recycling. */
  note(result: DeliveryResult): Promise<void>;
  /** Writes down what this instance has done for runs, which is otherwise written every few seconds. */
  tellProgress(): Promise<void>;
  python: PythonEnvironment;
  scratchFolder: string;
  storage: { results: ContainerClient; jobs: ContainerClient; queue: QueueClient };
  /** Why addresses cannot be fixed as MODELOPS_FIXED_ADDRESSES asks, one sentence; tried once. */
  whyAddressesVary(): Promise<string | undefined>;
  /** What stands between simulations and the app here; tried once. */
  boundary(): Promise<Boundary>;
  /** Makes the queues that the host reads, and says what keeps it from that; begins with what `ready` waits for. Done when the app starts. */
  start(): Promise<void>;
  /** Ends what dead workers left and makes the containers; done once, before the first task. */
  ready(): Promise<void>;
}

import type { TaskLimits } from '../bundle/task-limits.js';
import type { SimTask } from '../task/sim-task.js';

/** What a job file or a study file asks for. */
export interface Submission {
  /** The id that the file gives its job. */
  jobId?: string;
  bundleRef: string;
  /** In the file's order, repetitions included. */
  tasks: SimTask[];
  /** Of all tasks alike. */
  limits: TaskLimits;
  /** What its results are to be compared with: `module:function`, or names of the bundle's own registry. */
  targets: string[];
  /** So many replicates of a parameter set are enough for that; all when absent. */
  minReplicates?: number;
  /** Among jobs whose messages the app sends, higher ones come first; absent where the file says 0 or nothing. */
  priority?: number;
  /** What the file says besides its tasks, as it says it. */
  said: Record<string, unknown>;
  /** What the file asks for and does not get, each a sentence for the person who submits it. */
  withoutEffect: string[];
}

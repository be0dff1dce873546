import type { Observation } from '../simulation/observation.js';

/** What a worker tells of itself and its tasks. None of it throws, and nothing waits for a collector but `flush`. */
export interface Telemetry {
  observe(observation: Observation): void;
  /** That the worker will be replaced, and why: said once. */
  recycling(kind: string, reason: string): void;
  /** Sends what has not been sent yet. Comes back within a second, whatever becomes of that. */
  flush(): Promise<void>;
}

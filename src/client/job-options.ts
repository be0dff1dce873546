import type { Parameters } from './parameters.js';

/** Parameters with seeds of their own, or without. */
export type ParameterSet = Parameters | { readonly params: Parameters; readonly seed?: number | bigint };

/** What tasks have in common. */
export interface TaskOptions {
  /** Seeds for every parameter set. */
  seeds?: Iterable<number | bigint>;
  /** As many tasks for each set, whose seeds are derived from it as in a study. Default: 1. */
  replicates?: number;
  /** Names of the outputs to keep. Default: all. */
  outputs?: readonly string[];
  /** For the simulation: JSON. */
  config?: Readonly<Record<string, unknown>>;
  /** Environment variables of the simulation. */
  env?: Readonly<Record<string, string>>;
  /** Demand a fresh process for each task, whatever the app's own executor is. */
  cold?: boolean;
  /** Whether stored results answer. Default: true. */
  cache?: boolean;
  timeoutSeconds?: number;
  memoryBytes?: number;
  /** Where in a registry a folder is pushed to. */
  repository?: string;
  /** Ends what is under way here; a job that is submitted goes on. */
  signal?: AbortSignal;
}

export interface JobOptions extends TaskOptions {
  /** A name. One that exists, with the same tasks, gets a new run. Default: one that is drawn. */
  jobId?: string;
  /** A run that was interrupted, to go on with. */
  run?: string;
  /** So many failures cancel the rest of the run. */
  stopAfterFailures?: number;
  /** So many failures of a parameter set cancel the rest of it. */
  stopSetAfterFailures?: number;
  /** `module:function` in the bundle, or names in its registry.yaml, with each of which every parameter set is compared once its replicates have ended. */
  targets?: readonly string[];
  /** So many replicates of a set are enough for that. Default: all. */
  minReplicates?: number;
  /** Among jobs of more than 500 tasks, higher ones come first. Default: 0. */
  priority?: number;
  /** Is told how many of how many messages have been sent. */
  onProgress?: (sent: number, total: number) => void;
}

import type { Failures } from '../../jobs/submission/stop-rule.js';

/** The options of `submit`, as commander hands them over. */
export interface SubmitOptions {
  /** What is done with the tasks, and could not be; by default they are submitted. */
  verb?: 'submit' | 'run';
  entrypoint?: string;
  bundle?: string;
  repository?: string;
  params?: string;
  grid?: string[];
  lhs?: number;
  sobol?: number;
  range?: string[];
  samplingSeed?: bigint;
  seeds?: string;
  replicates?: number;
  outputs?: string;
  env?: string[];
  timeout?: number;
  memory?: number;
  stopAfterFailures?: Failures;
  stopSetAfterFailures?: Failures;
  target?: string[];
  /** False when there are to be none. */
  targets?: boolean;
  minReplicates?: number;
  coldMode?: boolean;
  jobId?: string;
  run?: string;
  dryRun?: boolean;
  preflight: boolean;
  cache: boolean;
  preflightInApp?: boolean;
  build?: boolean;
  try?: boolean;
  watch?: boolean;
  yes?: boolean;
}

/** What names tasks, whatever is done with them. */
export interface TaskSetOptions extends Omit<SubmitOptions, 'verb' | 'preflight' | 'cache'> {
  verb?: 'submit' | 'run' | 'diagnose';
}

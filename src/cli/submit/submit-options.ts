/** The options of `submit`, as commander hands them over. */
export interface SubmitOptions {
  entrypoint?: string;
  bundle?: string;
  repository?: string;
  grid?: string[];
  seeds?: string;
  replicates?: number;
  outputs?: string;
  env?: string[];
  coldMode?: boolean;
  jobId?: string;
  run?: string;
  dryRun?: boolean;
  preflight: boolean;
  cache: boolean;
  preflightInApp?: boolean;
  try?: boolean;
  watch?: boolean;
}

/** The options of `submit`, as commander hands them over. */
export interface SubmitOptions {
  entrypoint?: string;
  bundle?: string;
  grid?: string[];
  seeds?: string;
  replicates?: number;
  outputs?: string;
  coldMode?: boolean;
  jobId?: string;
  run?: string;
  dryRun?: boolean;
  watch?: boolean;
}

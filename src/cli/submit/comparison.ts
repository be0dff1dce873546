/** With what the parameter sets of a submission are compared, as its manifest says it. */
export interface Comparison {
  targets: string[];
  /** How many sets there are. */
  parameter_sets: number;
  /** So many replicates of a set are enough; all when absent. */
  min_replicates?: number;
}

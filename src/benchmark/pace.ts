/** How much is measured. In each round every method has its turn, so that drift hits all alike. */
export interface Pace {
  /** Tasks of each method in a round, one at a time. */
  latencyTasks: number;
  /** Then one at a time without time in the simulation, for the processor time that they take. */
  workTasks: number;
  /** Then as many at once as there are cores, until there have been so many and it took so long. */
  throughputTasks: number;
  throughputMs: number;
  /** Whether another round is to come, after some that took this long. */
  another(rounds: number, elapsedMs: number): boolean;
}

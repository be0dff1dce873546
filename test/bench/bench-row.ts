import type { Quantiles } from './quantiles.js';

/** One measured way of doing one thing. */
export interface BenchRow {
  /** What is compared: rows of one table belong together. */
  table: string;
  workload: string;
  method: string;
  /** How often it was measured. */
  n: number;
  /** Task handed over → wire function entered; in the table `push`: the whole push. */
  handover_ms: Quantiles;
}

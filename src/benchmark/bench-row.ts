import type { Quantiles } from './quantiles.js';

/** One measured way of doing one thing. What was not measured, or cannot be on this machine, is absent. */
export interface BenchRow {
  /** What is compared: rows of one table belong together. */
  table: string;
  workload: string;
  method: string;
  /** How often latency was measured. */
  n: number;
  /** Whether it claims that no task meets anything of another one. */
  isolates?: boolean;
  /**
   * Task handed over → wire function entered; in the table `push`: the whole push; in `copies`: made and removed; in
   * `late import`: the whole task; in `environments`: until the environment is there, or as the row says.
   */
  handover_ms?: Quantiles;
  /** Task handed over → answer in hand, without the time inside the wire function. */
  overhead_ms?: Quantiles;
  /** On all cores, simulations of no length. */
  tasks_per_s?: number;
  /** Of every process that took part, simulations of no length; in the table `libraries`, whole tasks; in `queue`, of the app's worker alone. */
  cpu_s_per_task?: number;
  /** Most resident memory of the process that ran a task; in `large jobs`, of the part that the row is about. */
  peak_mib?: number;
  /** Different processes among all tasks, 0 to 1. */
  unique_processes?: number;
  /** Tasks that found their process as no task before had been there, 0 to 1. */
  clean_statics?: number;
  /** Table `queue`, messages that trickle in while workers are replaced: those that waited 25 s or longer. */
  late_messages?: number;
  /** Table `status`: to storage, by one look. */
  requests?: number;
  /** Table `report`: of the file. */
  page_mib?: number;
  /** Table `environments`: how often one was built. */
  builds?: number;
  /** Tables `queue`, `large jobs` and `workers`: parts of what is measured, by name. */
  stages_ms?: Record<string, Quantiles>;
}

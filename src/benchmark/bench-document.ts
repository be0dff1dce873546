import type { BenchRow } from './bench-row.js';

/** The rows as JSON has them: the same fields in each, null for what was not measured or has no meaning there. */
export function benchDocument(rows: BenchRow[]): object[] {
  return rows.map(({ table, workload, method, n, stages_ms: stages, ...row }) => ({
    table,
    workload,
    method,
    n,
    isolates: row.isolates ?? null,
    handover_ms: row.handover_ms ?? null,
    overhead_ms: row.overhead_ms ?? null,
    tasks_per_s: row.tasks_per_s ?? null,
    cpu_s_per_task: row.cpu_s_per_task ?? null,
    peak_mib: row.peak_mib ?? null,
    unique_processes: row.unique_processes ?? null,
    clean_statics: row.clean_statics ?? null,
    ...(row.late_messages !== undefined && { late_messages: row.late_messages }),
    ...(row.requests !== undefined && { requests: row.requests }),
    ...(stages && { stages_ms: stages }),
  }));
}

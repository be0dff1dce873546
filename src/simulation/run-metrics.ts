import type { RunReport } from './ports.js';
import type { TaskInvocation } from './task-invocation.js';

/**
 * A run's figures as SimReturn carries them: seconds and bytes. `execution_duration` is the time inside the wire function; of
 * what comes after it (upload, commit), a record has what was known when it was written.
 */
export function runMetrics(invocation: TaskInvocation, report: RunReport): Record<string, number> {
  const { prepare, start, import: imported, simulate, write, exit } = report.timings;
  return {
    execution_duration: simulate / 1000,
    overhead_seconds: (prepare + start + imported + write + exit) / 1000,
    prepare_seconds: prepare / 1000,
    start_seconds: start / 1000,
    import_seconds: imported / 1000,
    write_seconds: write / 1000,
    exit_seconds: exit / 1000,
    ...invocation.stopwatch.seconds(),
    queue_wait_seconds: invocation.queuedMs / 1000,
    cpu_seconds: report.cpuSeconds,
    peak_memory_bytes: report.peakMemoryBytes,
    standby: report.standby ? 1 : 0,
    deliveries: invocation.deliveries,
    leftovers_killed: report.leftovers.killed,
    log_bytes: report.log.bytes,
    log_omitted_bytes: report.log.omittedBytes,
  };
}

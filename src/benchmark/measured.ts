import type { TaskReport } from './task-report.js';

/** What one task was measured to take. */
export interface Measured {
  handoverMs: number;
  overheadMs: number;
  /** What tells its process from every other one. */
  process: string;
  /** Whether its process was as no task before had been there; undefined when nobody looked. */
  clean: boolean | undefined;
  peakBytes: number;
}

/**
 * Puts what the task tells of itself beside what its caller saw.
 *
 * @param times in the clock of Python's time.monotonic_ns(), which on Linux is that of process.hrtime.bigint()
 */
export function measuredBy(
  report: TaskReport,
  times: { handedOverNs: number; answeredNs: number },
): Measured {
  const { entered_ns: entered, left_ns: left, counters } = report;
  return {
    handoverMs: (entered - times.handedOverNs) / 1e6,
    overheadMs: (times.answeredNs - times.handedOverNs - (left - entered)) / 1e6,
    process: report.process,
    clean: report.calls_before === 0 && Object.values(counters ?? {}).every((count) => count === 1),
    peakBytes: report.peak_bytes,
  };
}

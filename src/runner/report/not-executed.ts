import type { RunReport, RunRequest } from '../../simulation/ports.js';
import type { CannotExecute } from '../process/runner-process.js';

/** The report of a run whose interpreter could not be executed. */
export function notExecuted(
  request: RunRequest,
  error: CannotExecute,
  place: { log: string; prepareMs: number; dispose(): Promise<void> },
): RunReport {
  return {
    outcome: 'environment-failed',
    reason: `The interpreter ${request.environment.python} cannot be executed: ${error.message}`,
    error: { errorType: 'CannotExecute', message: error.message, traceback: '' },
    artifacts: [],
    partial: [],
    filledCaches: [],
    standby: false,
    exit: { code: null, signal: null, afterResult: false },
    log: { path: place.log, bytes: Buffer.byteLength(error.message) + 1, omittedBytes: 0 },
    stderrTail: '',
    timings: { prepare: place.prepareMs, start: 0, import: 0, simulate: 0, write: 0, exit: 0 },
    peakMemoryBytes: 0,
    cpuSeconds: 0,
    leftovers: { killed: 0, unkillable: [] },
    dispose: place.dispose,
  };
}

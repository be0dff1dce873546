import { statfs } from 'node:fs/promises';
import { unkillableProcesses } from '../runner/unkillable-processes.js';
import type { currentWorker } from './current-worker.js';
import type { Worker } from './worker.js';

const patienceMs = 5_000;
const leastFreeBytes = 256 * 1024 * 1024;

/** Whether the worker can run tasks. `problems` is empty when it is healthy; each is one sentence. */
export async function checkHealth(current: typeof currentWorker) {
  if ('refusal' in current) {
    return { status: 'unhealthy', problems: current.refusal.problems };
  }
  const { worker } = current;
  const { outcomes, lastError } = worker.journal.read();
  const [freeDiskBytes, storage, unkillable] = await Promise.all([
    freeDisk(worker),
    storageState(worker),
    unkillableProcesses(worker.scratchFolder),
  ]);
  const recycling = worker.recycler.status();
  const problems = [
    ...unkillable.map(
      (pid) => `Process ${pid} of an earlier task could not be killed: this instance must be replaced.`,
    ),
    ...(storage === 'reachable' ? [] : [`The storage account cannot be used: ${storage}`]),
    ...(freeDiskBytes < leastFreeBytes
      ? [`The scratch disk has ${freeDiskBytes} bytes free, and at least ${leastFreeBytes} are needed.`]
      : []),
  ];
  return {
    status: problems.length === 0 ? 'healthy' : 'unhealthy',
    problems,
    executor: worker.config.executor,
    python: worker.python,
    free_disk_bytes: freeDiskBytes,
    memory_limit_bytes: worker.simulation.memoryLimitBytes,
    storage,
    tasks_since_start: recycling.tasks,
    outcomes,
    last_error: lastError,
    recycling: { due: recycling.due, overdue: recycling.overdue },
    settings_without_effect: worker.config.withoutEffect,
    worker_pid: process.pid,
  };
}

async function freeDisk(worker: Worker): Promise<number> {
  const { bavail, bsize } = await statfs(worker.scratchFolder);
  return bavail * bsize;
}

/** `reachable`, or the error's own words. */
async function storageState({ storage }: Worker): Promise<string> {
  try {
    const abortSignal = AbortSignal.timeout(patienceMs);
    await Promise.all([storage.results.exists({ abortSignal }), storage.jobs.exists({ abortSignal })]);
    return 'reachable';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

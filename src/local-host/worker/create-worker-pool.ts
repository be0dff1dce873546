import { setTimeout as sleep } from 'node:timers/promises';
import type { HostTiming } from '../host-timing.js';
import type { Logger } from '../logger.js';
import { createSignal } from './create-signal.js';
import { EndedOnPurpose } from './ended-on-purpose.js';
import { createErrorBucket } from './error-bucket.js';
import type { WorkerPool } from './worker-pool.js';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

/** What a pool needs. */
export interface WorkerPoolOptions {
  readonly startWorker: () => Promise<WorkerProcess>;
  /** True for a host before 4.1048: it fails no invocation for exit 200, and does not notice exit 0 at all. */
  readonly oldHost: boolean;
  readonly timing: HostTiming;
  readonly logger: Logger;
  /** The workers crashed too often: the host has to end. */
  readonly onGivenUp: (reason: string) => void;
}

const shuttingDown = 'Worker channel is shutting down. Aborting function.';

type Phase = 'starting' | 'ready' | 'failing' | 'restarting' | 'ended';

/** Keeps one worker running, as the Functions host does with FUNCTIONS_WORKER_PROCESS_COUNT 1. */
export function createWorkerPool({
  startWorker,
  oldHost,
  timing,
  logger,
  onGivenUp,
}: WorkerPoolOptions): WorkerPool {
  const errors = createErrorBucket(timing.errorMemoryMs);
  const replaced = new WeakSet<WorkerProcess>();
  const hanging = new Set<WorkerProcess>();
  const ending = new AbortController();
  let phase: Phase = 'starting';
  let worker: WorkerProcess | undefined;
  let nextStartAt = 0;
  let phaseChange = createSignal();
  let starting: Promise<unknown> = Promise.resolve();

  function enter(next: Phase): void {
    if (phase === 'ended') return;
    phase = next;
    phaseChange.fire();
    phaseChange = createSignal();
  }

  function ended(): boolean {
    return phase === 'ended';
  }

  async function startOne(): Promise<WorkerProcess> {
    const start = startWorker();
    starting = start.catch(() => undefined);
    const started = await start;
    worker = started;
    if (ended()) await started.terminate(timing.terminateGraceMs);
    void started.exited.then((exit) => onExit(started, exit));
    enter('ready');
    return started;
  }

  async function onExit(exited: WorkerProcess, { code, signal }: WorkerExit): Promise<void> {
    const byHost = ended() || replaced.has(exited);
    const intended = byHost || code === 200 || code === 0;
    logger(
      intended ? 'debug' : 'error',
      `Worker process ${exited.pid} ended with ${signal ?? `exit code ${code}`}`,
      {
        type: 'worker-exited',
        pid: exited.pid,
        code,
        signal,
        intended,
      },
    );
    if (byHost) return;
    if (oldHost && code === 0) return; // it goes on sending invocations to a process that is not there
    if (!intended) errors.add();
    if (oldHost && intended) hanging.add(exited);
    else
      await failInFlight(exited, code === 200 ? new EndedOnPurpose(shuttingDown) : new Error(shuttingDown));
    await replace();
  }

  /** One by one, with no worker in between: what the listeners fetch meanwhile fails too. */
  async function failInFlight(gone: WorkerProcess, reason: Error): Promise<void> {
    enter('failing');
    const invocations = gone.inFlight();
    for (const [index, invocationId] of invocations.entries()) {
      if (index > 0) await sleep(timing.failureGapMs);
      if (index === invocations.length - 1) enter('restarting');
      gone.fail(invocationId, reason);
    }
  }

  async function replace(): Promise<void> {
    enter('restarting');
    while (!ended()) {
      if (errors.isFull()) {
        onGivenUp('Exceeded language worker restart retry count: the worker process crashed three times.');
        return;
      }
      try {
        await sleep(Math.max(0, nextStartAt - Date.now()), undefined, { signal: ending.signal });
        await startOne();
        nextStartAt = Date.now() + timing.restartIntervalMs;
        return;
      } catch (error) {
        if (ended()) return;
        errors.add();
        logger('error', error instanceof Error ? error.message : String(error));
      }
    }
  }

  return {
    start: async () => (await startOne()).app,
    pid: () => (phase === 'ready' ? worker?.pid : undefined),
    invoke: async (request, signal) => {
      while (phase === 'restarting') await phaseChange.fired;
      signal.throwIfAborted();
      if (phase !== 'ready' || !worker) throw new Error('Did not find any initialized language workers');
      return worker.invoke(request);
    },
    replaceIfRunning: async (invocationId) => {
      const current = worker;
      if (phase !== 'ready' || !current?.inFlight().includes(invocationId)) return;
      replaced.add(current);
      enter('restarting');
      current.fail(invocationId, new Error('The function exceeded its time limit.'));
      if (oldHost) hanging.add(current);
      else failAll(current, new Error(shuttingDown));
      await current.terminate(timing.terminateGraceMs);
      await replace();
      if (!ended())
        await sleep(timing.restartIntervalMs, undefined, { signal: ending.signal }).catch(() => undefined);
    },
    stop: async () => {
      enter('ended');
      ending.abort();
      await starting;
      await worker?.terminate(timing.terminateGraceMs);
      for (const left of worker ? [...hanging, worker] : hanging)
        failAll(left, new EndedOnPurpose('The host ended.'));
    },
  };
}

function failAll(worker: WorkerProcess, reason: Error): void {
  for (const invocationId of worker.inFlight()) worker.fail(invocationId, reason);
}

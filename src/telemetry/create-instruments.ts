import type { Meter } from '@opentelemetry/api';
import type { Observation } from '../simulation/observation.js';

const seconds = {
  unit: 's',
  advice: {
    explicitBucketBoundaries: [
      0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600,
    ],
  },
};
const mebibyte = 1024 ** 2;
const bytes = {
  unit: 'By',
  advice: {
    explicitBucketBoundaries: [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384].map(
      (size) => size * mebibyte,
    ),
  },
};

/** What is counted and measured. The attributes are few and have few values: each of their combinations is a series. */
export function createInstruments(meter: Meter): {
  observe(observation: Observation): void;
  recycling(kind: string): void;
} {
  const tasks = meter.createCounter('modelops.tasks', {
    unit: '{task}',
    description: 'Tasks that have ended, by their outcome.',
  });
  const troubles = meter.createCounter('modelops.delivery.failures', {
    unit: '{delivery}',
    description: 'Deliveries that met trouble outside the task: the queue delivers again.',
  });
  const processes = meter.createCounter('modelops.processes', {
    unit: '{process}',
    description: 'Tasks that ran in a process, by whether it had been started ahead (standby).',
  });
  const recycles = meter.createCounter('modelops.worker.recycles', {
    unit: '{worker}',
    description: 'Workers that were replaced, by what for.',
  });
  const leaks = meter.createCounter('modelops.leaks', {
    unit: '{task}',
    description:
      'Tasks that a reused process answered otherwise than fresh ones, which MODELOPS_WARM_GUARD found.',
  });
  const queueWait = meter.createHistogram('modelops.task.queue_wait', {
    ...seconds,
    description: 'From the insertion of a message to its delivery.',
  });
  const overhead = meter.createHistogram('modelops.task.overhead', {
    ...seconds,
    description: 'What the process of a task took besides its wire function.',
  });
  const runTime = meter.createHistogram('modelops.task.run_time', {
    ...seconds,
    description: 'Inside the wire function.',
  });
  const peakMemory = meter.createHistogram('modelops.task.peak_memory', {
    ...bytes,
    description: "Resident memory of a task's process tree, at most.",
  });

  return {
    observe({ ended, invocation }) {
      if ('error' in ended) {
        const type = ended.error instanceof Error ? ended.error.name : typeof ended.error;
        troubles.add(1, { 'error.type': type });
        return;
      }
      const { outcome, cached, ran, leak } = ended.result;
      if (leak !== undefined) leaks.add(1);
      tasks.add(1, { 'modelops.outcome': outcome, 'modelops.cached': cached });
      if (invocation) queueWait.record(invocation.queuedMs / 1000);
      if (!ran) return;
      const { executor, startMethod, metrics } = ran;
      processes.add(1, {
        'modelops.executor': executor,
        'modelops.standby': metrics.standby === 1,
        ...(startMethod && { 'modelops.start_method': startMethod }),
      });
      const of = { 'modelops.executor': executor, 'modelops.outcome': outcome };
      overhead.record(metrics.overhead_seconds ?? 0, of);
      runTime.record(metrics.execution_duration ?? 0, of);
      peakMemory.record(metrics.peak_memory_bytes ?? 0, of);
    },
    recycling: (kind) => recycles.add(1, { 'modelops.recycle.reason': kind }),
  };
}

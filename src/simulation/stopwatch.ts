/** Where the time of one invocation goes. `run` is the process, from the order for it until it is gone. */
export type Stage = 'read' | 'bundle' | 'environment' | 'lookup' | 'run' | 'upload' | 'commit' | 'record';

/** One stretch of an invocation. */
export interface TimedStage {
  /** A stage, or a part of one, such as `import`. */
  name: string;
  /** The stage that it is a part of. */
  partOf?: Stage;
  /** Milliseconds since the delivery arrived. */
  begunMs: number;
  tookMs: number;
  /** Whether it ended in an error: no outcome of the task is one. */
  failed: boolean;
}

/** Measures the stages of one invocation, from the arrival of its delivery on. */
export interface Stopwatch {
  time<T>(stage: Stage, work: () => Promise<T>): Promise<T>;
  /** Tells what the last stretch of a stage consisted of, one after another, in milliseconds. */
  split(stage: Stage, parts: Record<string, number>): void;
  /** `<stage>_seconds` of each stage but `run`, of which the process itself tells more; whatever it ended with. */
  seconds(): Record<string, number>;
  /** Every stretch so far, in the order in which they ended. */
  stages(): readonly TimedStage[];
  elapsedMs(): number;
}

export function createStopwatch(): Stopwatch {
  const arrivedAt = performance.now();
  const elapsedMs = () => performance.now() - arrivedAt;
  const stages: TimedStage[] = [];
  return {
    async time(stage, work) {
      const begunMs = elapsedMs();
      let failed = true;
      try {
        const done = await work();
        failed = false;
        return done;
      } finally {
        stages.push({ name: stage, begunMs, tookMs: elapsedMs() - begunMs, failed });
      }
    },
    split(stage, parts) {
      const whole = stages.findLast(({ name, partOf }) => name === stage && partOf === undefined);
      if (!whole) return;
      const endMs = whole.begunMs + whole.tookMs;
      let begunMs = whole.begunMs;
      for (const [name, ms] of Object.entries(parts)) {
        // They were measured by other clocks, and must not end after their stage.
        const tookMs = Math.min(ms, endMs - begunMs);
        stages.push({ name, partOf: stage, begunMs, tookMs, failed: false });
        begunMs += tookMs;
      }
    },
    seconds() {
      const seconds: Record<string, number> = {};
      for (const { name, partOf, tookMs } of stages) {
        if (partOf !== undefined || name === 'run') continue;
        const key = `${name}_seconds`;
        seconds[key] = (seconds[key] ?? 0) + tookMs / 1000;
      }
      return seconds;
    },
    stages: () => stages,
    elapsedMs,
  };
}

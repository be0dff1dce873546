/** Where the time of one invocation goes besides its process. */
export type Stage = 'lookup' | 'bundle' | 'environment' | 'upload' | 'commit';

/** Adds up the time of each stage. */
export interface Stopwatch {
  time<T>(stage: Stage, work: () => Promise<T>): Promise<T>;
  /** `<stage>_seconds` of each stage that was timed, whatever it ended with. */
  seconds(): Record<string, number>;
}

export function createStopwatch(): Stopwatch {
  const milliseconds = new Map<Stage, number>();
  return {
    async time(stage, work) {
      const begun = performance.now();
      try {
        return await work();
      } finally {
        milliseconds.set(stage, (milliseconds.get(stage) ?? 0) + performance.now() - begun);
      }
    },
    seconds: () =>
      Object.fromEntries([...milliseconds].map(([stage, ms]) => [`${stage}_seconds`, ms / 1000])),
  };
}

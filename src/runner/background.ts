/** Work that nobody waits for but whoever closes: trouble in it is told, and costs no task anything. */
export interface Background {
  begin(work: () => Promise<unknown>): void;
  /** Resolves when all that was begun is over. */
  settled(): Promise<void>;
}

/** @param trouble what to say when some of it fails, as in "Cannot end a template" */
export function createBackground(trouble: string): Background {
  const running = new Set<Promise<void>>();
  return {
    begin(work) {
      const job = work()
        .then(() => undefined)
        .catch((error: unknown) => console.error(`${trouble}:`, error))
        .finally(() => running.delete(job));
      running.add(job);
    },
    async settled() {
      await Promise.all(running);
    },
  };
}

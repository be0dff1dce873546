/** What a worker looks up for all that it does, and not for each task. */
export interface Lookout {
  /** Looks, unless what is known is fresh. */
  known(): Promise<void>;
  /** From now on it looks again and again, for as long as that is needed. */
  goOn(): void;
}

/**
 * @param options.list learns what is new
 * @param options.told what is done about it; what is known counts as fresh before that
 * @param options.isNeeded asked before each look
 * @param options.trouble as in `What was cancelled cannot be told now`
 */
export function createLookout(
  options: { list(): Promise<void>; told(): Promise<void>; isNeeded(): boolean; trouble: string },
  everyMs: number,
): Lookout {
  const { list, told, isNeeded, trouble } = options;
  let looking: Promise<void> | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let isDue = false;

  async function look(): Promise<void> {
    const begun = performance.now();
    await list();
    lookedAt = begun;
    await told();
  }

  /** Calls at the same time share one. */
  function lookOnce(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  function goOn(): void {
    if (isDue || !isNeeded()) return;
    isDue = true;
    const due = () => {
      isDue = false;
      lookOnce()
        .catch((error: unknown) => console.warn(`${trouble}: ${String(error)}`))
        .finally(goOn);
    };
    setTimeout(due, everyMs).unref();
  }

  return {
    async known() {
      if (performance.now() - lookedAt > 2 * everyMs) await lookOnce();
    },
    goOn,
  };
}

const quietMs = 10 * 60_000;

/** Says that telemetry is in trouble: at once, and then every ten minutes at most, however long a collector is away. */
export function createTrouble(): (message: string) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (message) => {
    if (performance.now() - toldAt < quietMs) return;
    toldAt = performance.now();
    console.warn(
      `Telemetry is not sent, or not all of it; tasks run on, and for ten minutes nothing more is said of this: ${message}`,
    );
  };
}

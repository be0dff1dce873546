import { statSync, writeFileSync } from 'node:fs';

const quietMs = 10 * 60_000;

/**
 * Says that telemetry is in trouble: at once, and then every ten minutes at most, however long a collector is away.
 *
 * @param toldFile was last written when it was said last, be it by a process before this one: a worker may live for seconds only
 */
export function createTrouble(toldFile?: string): (message: string) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (message) => {
    const lastAt = Math.max(toldAt, toldFile === undefined ? toldAt : writtenAt(toldFile));
    if (Date.now() - lastAt < quietMs) return;
    toldAt = Date.now();
    if (toldFile !== undefined) write(toldFile);
    console.warn(
      `Telemetry is not sent, or not all of it; tasks run on, and for ten minutes nothing more is said of this: ${message}`,
    );
  };
}

function writtenAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}

function write(file: string): void {
  try {
    writeFileSync(file, '');
  } catch {
    // Then the next worker says it again.
  }
}

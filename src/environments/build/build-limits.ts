import { totalmem } from 'node:os';
import type { BuildLimits } from './build-options.js';

const share = 0.8;
/** Of a large `make -j`; a bomb has more in a moment. */
const processes = 512;
/** The slowest that we know (torch from source) are not for an instance that tasks wait for. */
const longestMs = 30 * 60_000;

/** What code may take that a build runs, where the settings do not say less. */
export function buildLimits({
  memoryBytes,
  timeoutMs = longestMs,
  ...given
}: BuildLimits = {}): Required<Omit<BuildLimits, 'diskBytes'>> & BuildLimits {
  const container = process.constrainedMemory() || totalmem();
  return {
    processes,
    ...given,
    memoryBytes: memoryBytes ?? Math.floor(share * Math.min(container, totalmem())),
    timeoutMs: Math.min(timeoutMs, longestMs),
  };
}

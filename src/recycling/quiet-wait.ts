import { leavesInFlightHanging } from './leaves-in-flight-hanging.js';

/** The host's shortest pause after an empty look at its queue. */
const leastMs = 100;
/** Each pause but the first is about twice the one before, give or take this share of what it grows by. */
const spread = 0.2;
/** Where a message that met a leaving worker would hang for as long as functionTimeout, more of these have to pass without one. */
const looksOnOldHosts = 5;

/**
 * How long after the last answer the host is sure not to look at the queue: the middle of the first pause of its polling that
 * begins when it has backed off for maxPollingInterval. It looks at once, then after 0.1 s, and doubles its pauses up to that
 * interval; with 2 s there is no look from 2.3 to 3.1 s after an answer, wherever chance puts the others.
 *
 * @param hostVersion for example `4.1048.0.0`
 */
export function quietWaitMs(maxPollingIntervalMs: number, hostVersion: string): number {
  const backedOffMs = maxPollingIntervalMs * (leavesInFlightHanging(hostVersion) ? looksOnOldHosts : 1);
  let earliest = 0;
  let latest = 0;
  for (let growth = 0; ; growth = growth === 0 ? leastMs : growth * 2) {
    const next = earliest + Math.min(maxPollingIntervalMs, leastMs + (1 - spread) * growth);
    if (latest >= backedOffMs && next > latest) return (latest + next) / 2;
    earliest = next;
    latest += Math.min(maxPollingIntervalMs, leastMs + (1 + spread) * growth);
  }
}

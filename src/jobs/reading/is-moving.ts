import type { ToldProgress } from './list-progress.js';

/** A summary lags no longer behind than this, while its instance lives. */
const lagMs = 15_000;
/** Nor is an instance silent for longer, while a task of the run runs there. */
const silenceMs = 90_000;

/** Whether instances that live are at work on a run, as far as they have told: then what they tell is at most seconds old. */
export function isMoving(told: readonly ToldProgress[], now: Date): boolean {
  return told.some(({ writtenAt, progress }) => {
    const age = now.getTime() - writtenAt.getTime();
    return age < (progress.running_tasks > 0 ? silenceMs : lagMs);
  });
}

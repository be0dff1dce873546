import type { RunningTask } from '../../contracts/job/run-progress.js';
import type { ToldProgress } from './list-progress.js';

/** A living instance tells of what runs there at least so often. */
const silenceMs = 90_000;

/** Tasks that have a process, as instances have told last. */
export interface WhatRuns {
  /** Those on instances that were heard of lately. */
  tasks: number;
  /** Some of these, the longest first. */
  longest: RunningTask[];
  /** Those that ran on instances that have fallen silent: unless these come back, their messages do, within ten minutes. */
  silent: number;
  /** When an instance was last heard of, by the clock of the storage; null when none was. */
  heard_at: string | null;
}

/** @param hasEnded whether a task is known to have ended meanwhile */
export function whatRuns(
  told: readonly ToldProgress[],
  hasEnded: (task: string) => boolean,
  now: Date,
): WhatRuns {
  const runs: WhatRuns = { tasks: 0, longest: [], silent: 0, heard_at: null };
  for (const { progress, writtenAt } of told) {
    const still = progress.running.filter(({ task_id: id }) => !hasEnded(id));
    const tasks = progress.running_tasks - (progress.running.length - still.length);
    if (now.getTime() - writtenAt.getTime() < silenceMs) {
      runs.tasks += tasks;
      runs.longest.push(...still);
    } else runs.silent += tasks;
    const at = writtenAt.toISOString();
    if (runs.heard_at === null || at > runs.heard_at) runs.heard_at = at;
  }
  runs.longest.sort((a, b) => (a.since < b.since ? -1 : 1));
  return { ...runs, longest: runs.longest.slice(0, 5) };
}

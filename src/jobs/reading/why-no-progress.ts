import { counted } from '../../reporting/counted.js';
import { formatDuration } from '../../reporting/format-duration.js';
import type { WhatRuns } from './what-runs.js';

/** A run may begin and go on without anything to be seen for this time. */
const patienceMs = 60_000;

/** What is known of a run whose tasks have not all ended. */
export interface RunFacts {
  pending: number;
  /** Of these, those whose messages the app is still to send. */
  unsent: number;
  /** Tasks that wait for an environment that is being built. */
  building: number;
  running: WhatRuns;
  /** In the queue of tasks, of whatever job; null when nobody may look. */
  messages: number | null;
  poisoned: number | null;
  submittedAt: string | null;
  lastOutcomeAt: string | null;
}

/** Why a run makes no progress, a sentence for each thing that keeps it; nothing while it does, or may. */
export function whyNoProgress(facts: RunFacts, jobId: string, now: Date): string[] {
  const { pending, unsent, building, running, messages, poisoned, submittedAt, lastOutcomeAt } = facts;
  const moved = [submittedAt, lastOutcomeAt, running.heard_at].flatMap((at) => (at ? [Date.parse(at)] : []));
  const stoodMs = now.getTime() - Math.max(0, ...moved);
  if (pending === 0 || running.tasks > 0 || building > 0 || stoodMs < patienceMs) return [];
  const since = `for ${formatDuration(stoodMs / 1000)}`;
  const reasons: string[] = [];
  if (running.silent > 0)
    reasons.push(
      `${counted(running.silent, 'task')} ran on an instance that has not been heard of ${since}: if it is dead, their messages come back within ten minutes of its end, and they run again`,
    );
  if (poisoned !== null && poisoned > 0)
    reasons.push(
      `${counted(poisoned, 'message is', 'messages are')} in the poison queue, which nothing has taken up: is the app running?`,
    );
  if (unsent > 0 && messages === 0 && running.silent === 0)
    reasons.push(
      `the queue is empty, and the app has not sent ${counted(unsent, 'message')}: is the app running, and not older than this tool? (mops-cold deploy check, or npm start)`,
    );
  else if (messages === 0 && running.silent === 0)
    reasons.push(
      `the queue is empty, and ${counted(pending, 'task has', 'tasks have')} no outcome: their messages were lost or removed (mops-cold retry ${jobId} --pending sends them again)`,
    );
  else if (messages !== null && messages > 0 && running.silent === 0)
    reasons.push(
      running.heard_at === null
        ? `no instance has taken up a task of it, and ${counted(messages, 'message waits', 'messages wait')} in the queue: is the app running? (mops-cold deploy check, or npm start)`
        : `no instance has been heard of ${since}, and ${counted(messages, 'message waits', 'messages wait')} in the queue: is the app running? (mops-cold deploy check, or npm start)`,
    );
  return reasons;
}

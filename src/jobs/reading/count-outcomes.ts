import type { ContainerClient } from '@azure/storage-blob';
import type { EndedAlike, RunCounts } from '../../contracts/job/run-progress.js';
import type { OutcomeKind } from '../../contracts/result/outcome.js';
import { addReasons } from '../add-reasons.js';
import type { FoundJob } from './find-job.js';
import { listOutcomes } from './list-outcomes.js';
import type { ListedOutcome } from './listed-outcome.js';
import { standingInJob } from './standing-in-job.js';
import { sumSeconds } from './sum-seconds.js';
import { withLeftOut } from './with-left-out.js';

/** How the tasks of a run have ended, each counted once, by listing all their records; why they failed, where that is short and no older app recorded it. */
export async function countOutcomes(
  jobs: ContainerClient,
  job: FoundJob,
  signal: AbortSignal,
): Promise<{ counts: RunCounts; endedTasks: ReadonlySet<string>; repeated: number }> {
  const outcomes: Partial<Record<OutcomeKind, number>> = {};
  let cached = 0;
  let last: Date | undefined;
  const listed: ListedOutcome[] = [];
  for await (const one of listOutcomes(jobs, job.scope, signal)) {
    listed.push(one);
    if (one.recordedAt && (!last || one.recordedAt > last)) last = one.recordedAt;
  }
  const standing = standingInJob(job, listed);
  for (const one of standing.values()) {
    outcomes[one.outcome] = (outcomes[one.outcome] ?? 0) + 1;
    if (one.cached) cached += 1;
  }
  return {
    endedTasks: new Set(standing.keys()),
    repeated: listed.length - standing.size,
    counts: withLeftOut(
      {
        outcomes,
        cached,
        seconds: sumSeconds(standing.values()),
        reasons: addReasons(reasonsOf(standing.values())),
        last_outcome_at: last?.toISOString() ?? null,
      },
      job,
    ),
  };
}

function* reasonsOf(standing: Iterable<ListedOutcome>): Generator<EndedAlike> {
  for (const { outcome, failure } of standing)
    if (failure) yield { outcome, reason: failure.reason, tasks: 1 };
}

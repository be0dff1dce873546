import type { OutcomeKind } from '../../contracts/result/outcome.js';
import type { JobStorage } from '../job-storage.js';
import type { FoundJob } from './find-job.js';
import { readLeftOut } from './read-left-out.js';
import { standingAggregations } from './standing-aggregations.js';

/** How far the comparison of a job's parameter sets with its targets is; aggregations are no tasks. */
export interface AggregationCounts {
  /** One for each set and target. Null of a run of some tasks alone, of which nobody wrote down how many it has. */
  expected: number | null;
  ended: number;
  /** Null as `expected`; 0 where those that are missing never come, because the rest of the run was left out. */
  pending: number | null;
  succeeded: number;
  failed: number;
  outcomes: Partial<Record<OutcomeKind, number>>;
}

/**
 * @param tasksPending of the run; null when nobody knows
 * @returns null of a job without targets
 */
export async function countAggregations(
  { jobs }: Pick<JobStorage, 'jobs'>,
  job: FoundJob,
  tasksPending: number | null,
  signal: AbortSignal,
): Promise<AggregationCounts | null> {
  const { manifest, runManifest, scope } = job;
  const { targets = [], parameter_sets: sets = 0 } = manifest ?? {};
  if (targets.length === 0) return null;
  const outcomes: AggregationCounts['outcomes'] = {};
  let ended = 0;
  for (const { outcome } of (await standingAggregations(jobs, job, signal)).values()) {
    ended += 1;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  const ofSome = scope.run !== undefined && runManifest?.tasks !== undefined;
  const expected = ofSome ? null : sets * targets.length;
  const missing = expected === null ? null : Math.max(0, expected - ended);
  const isLost = missing !== null && missing > 0 && tasksPending === 0 && (await isLeftOut(jobs, job));
  const succeeded = outcomes.succeeded ?? 0;
  return { expected, ended, pending: isLost ? 0 : missing, succeeded, failed: ended - succeeded, outcomes };
}

/** Tasks that were never sent because their run was cancelled complete no set. */
async function isLeftOut(
  jobs: JobStorage['jobs'],
  { scope: { jobId, run }, retries }: FoundJob,
): Promise<boolean> {
  const latest = run ?? retries[0]?.run;
  return latest !== undefined && (await readLeftOut(jobs, { jobId, run: latest })) !== undefined;
}

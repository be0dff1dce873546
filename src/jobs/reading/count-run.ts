import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { CountedRun } from '../../contracts/job/counted-run.js';
import type { RunCounts } from '../../contracts/job/run-progress.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { addCounts } from '../add-counts.js';
import { endedTasks } from '../ended-tasks.js';
import { fewTasks } from '../few-tasks.js';
import { countedPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { noCounts } from '../no-counts.js';
import { countOutcomes } from './count-outcomes.js';
import type { FoundJob } from './find-job.js';
import { isMoving } from './is-moving.js';
import { listProgress, type ToldProgress } from './list-progress.js';
import { taskCount } from './task-count.js';
import { tellCounted } from './tell-counted.js';
import { withLeftOut } from './with-left-out.js';

/** What was counted of a run that stands still is believed for this time, or for a tenth of the time that it had stood still. */
const believedMs = 60_000;

export interface CountedTasks {
  counts: RunCounts;
  /** Which tasks have ended; absent where they were not counted one by one. */
  endedTasks?: ReadonlySet<string>;
  /** Outcomes beside those that stand. */
  repeated: number;
  /** What instances have told of the latest run; empty of a run that has ended. */
  told: ToldProgress[];
  /** When it was so; null when it is so now. */
  asOf: string | null;
}

/**
 * How far a job is. Of a small one all outcome records are listed. Of a large one that is under way, what its instances have summed up is added: that lags
 * some seconds behind, and counts no outcome twice. When nothing moves and tasks are missing, or there are too many, the records are listed, and what they say is written down for the next reader;
 * so is the end.
 */
export async function countRun(
  { jobs }: Pick<JobStorage, 'jobs'>,
  job: FoundJob,
  signal: AbortSignal,
  now = new Date(),
): Promise<CountedTasks> {
  const { jobId } = job.scope;
  const total = taskCount(job);
  const latest = job.scope.run ?? job.retries[0]?.run;
  if (latest === undefined) return { ...(await countOutcomes(jobs, job, signal)), told: [], asOf: null };
  const run = { jobId, run: latest };
  const isLarge = total !== undefined && total > fewTasks;
  if (!isLarge) {
    const [counted, told] = await Promise.all([
      countOutcomes(jobs, job, signal),
      listProgress(jobs, run, signal),
    ]);
    const ofRun = job.scope.run !== undefined;
    return { ...withReasons(counted, ofRun ? told : []), told, asOf: null };
  }

  const path = countedPath(run, job.scope.run === undefined ? 'job' : 'run');
  const text = await readTextBlob(jobs, path);
  const before = text === undefined ? undefined : parseDocument(CountedRun, text, path);
  if (before?.complete) return { counts: before, repeated: 0, told: [], asOf: null };
  const told = await listProgress(jobs, run, signal);
  const versions = told.map(({ version }) => version).join('\n');
  // What instances tell is of a run each; of several runs together only the records say which outcome stands.
  const summed = job.scope.run === undefined ? undefined : withLeftOut(sumOf(told), job);
  const tell = (counts: RunCounts, complete: boolean) =>
    tellCounted(jobs, path, { ...counts, complete, told: versions, counted_at: now.toISOString() });
  if (summed && endedTasks(summed) === total) {
    await tell(summed, true);
    return { counts: summed, repeated: 0, told, asOf: null };
  }
  if (before && before.told === versions && isBelieved(before, now))
    return { counts: before, repeated: 0, told, asOf: before.counted_at };
  if (summed && endedTasks(summed) < total && isMoving(told, now))
    return { counts: summed, repeated: 0, told, asOf: newest(told) };

  const counted = withReasons(await countOutcomes(jobs, job, signal), summed ? told : []);
  const complete = endedTasks(counted.counts) >= total;
  // Where no instance tells anything, as in older apps, nobody would notice that it is out of date.
  if (complete || told.length > 0) await tell(counted.counts, complete);
  return { ...counted, told, asOf: null };
}

function sumOf(told: ToldProgress[]): RunCounts {
  return told.map(({ progress }) => progress).reduce<RunCounts>(addCounts, noCounts);
}

/** Where a listing does not say why tasks failed, instances do. */
function withReasons<Counted extends { counts: RunCounts }>(counted: Counted, told: ToldProgress[]): Counted {
  const { reasons } = counted.counts;
  const kinds = new Set(reasons.map(({ outcome }) => outcome));
  const others = sumOf(told).reasons.filter(({ outcome }) => !kinds.has(outcome));
  return { ...counted, counts: { ...counted.counts, reasons: [...reasons, ...others] } };
}

function isBelieved({ counted_at: at, last_outcome_at: last }: CountedRun, now: Date): boolean {
  const stoodMs = last === null ? 0 : Date.parse(at) - Date.parse(last);
  return now.getTime() - Date.parse(at) < Math.max(believedMs, stoodMs / 10);
}

function newest(told: ToldProgress[]): string | null {
  return (
    told
      .map(({ writtenAt }) => writtenAt.toISOString())
      .sort()
      .at(-1) ?? null
  );
}

import { randomBytes } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { putBlob } from '../../azure-backend/put-blob.js';
import type { RunCounts, RunningTask } from '../../contracts/job/run-progress.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { taskSeconds } from '../../contracts/result/task-seconds.js';
import type { JobRun, Progress } from '../../simulation/ports.js';
import { addCounts } from '../add-counts.js';
import { progressPath } from '../job-paths.js';
import { noCounts } from '../no-counts.js';
import { formatProgress } from './format-progress.js';

/** What an instance has done for one run. */
export interface KeptProgress {
  jobId: string;
  run: string;
  /** Of its blob. */
  id: string;
  counts: RunCounts;
  /** Whether the blob says less, or it has not been told that nothing happens any more. */
  unwritten: boolean;
}

/** Where a worker finds what the one before it on this instance has summed up. */
export interface ProgressMemory {
  load(): Promise<KeptProgress[]>;
  /** At once, as the worker may be killed in the next moment. */
  save(kept: KeptProgress[]): void;
}

export interface ProgressTiming {
  /** How long a summary may lag behind. */
  everyMs: number;
  /** A task that runs long is told of again after this time: readers take it from there that its instance lives. */
  signOfLifeMs: number;
  /** What the worker before did not come to tell is told so soon. */
  takenOverMs: number;
}

export interface SummedProgress extends Progress {
  /** Goes on from what the instance has done before. */
  start(): Promise<void>;
  /** Writes what is unwritten now: the instance is about to go. */
  flush(): Promise<void>;
}

const usual: ProgressTiming = { everyMs: 5_000, signOfLifeMs: 30_000, takenOverMs: 500 };
/** An instance that worked for more runs begins new summaries for the oldest of them. */
const mostRuns = 50;
const [mostRunning, mostReasons, longestReason] = [8, 5, 200];

/**
 * Sums up what this instance does for each run, in a blob a run: written every few seconds while something happens, whatever the number of tasks.
 *
 * @param rested told when that was written and nothing has happened here for the run since half as long as a summary may lag; when it fails, it is told again
 */
export function createProgress(
  container: ContainerClient,
  memory: ProgressMemory,
  { everyMs, signOfLifeMs, takenOverMs }: ProgressTiming = usual,
  rested: (run: JobRun) => Promise<void> = async () => undefined,
): SummedProgress {
  /** Those that were worked for last come last. */
  let kept: KeptProgress[] = [];
  const running = new Map<symbol, JobRun & RunningTask>();
  const writtenAt = new Map<string, number>();
  /** When something happened last; of what the worker before has done, long ago. */
  const movedAt = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let loading: Promise<void> = Promise.resolve();
  let writing: Promise<void> = Promise.resolve();

  const isOf = (run: JobRun) => (other: JobRun) => other.run === run.run && other.jobId === run.jobId;

  function note(run: JobRun, counts?: RunCounts): void {
    const before = kept.findLast(isOf(run));
    const id = before?.id ?? randomBytes(8).toString('hex');
    const now = {
      ...run,
      id,
      counts: addCounts(before?.counts ?? noCounts, counts ?? noCounts),
      unwritten: true,
    };
    kept = [...kept.filter((each) => each !== before), now].slice(-mostRuns);
    movedAt.set(id, performance.now());
    if (counts) memory.save(kept);
    writeWithin(everyMs);
  }

  function writeWithin(ms: number): void {
    const at = performance.now() + ms;
    if (at >= timerAt) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(() => {
      timerAt = Number.POSITIVE_INFINITY;
      void flush();
    }, ms);
    timer.unref();
  }

  function flush(): Promise<void> {
    writing = writing.then(writeAll);
    return writing;
  }

  async function writeAll(): Promise<void> {
    // Or the summary of a run would not be the one that is loaded.
    await loading;
    const isDue = (each: KeptProgress) =>
      each.unwritten ||
      (runningOf(each).length > 0 && performance.now() - (writtenAt.get(each.id) ?? 0) >= signOfLifeMs);
    await Promise.all(kept.filter(isDue).map(write));
    if (kept.some(({ unwritten }) => unwritten)) writeWithin(everyMs);
    else if (running.size > 0) writeWithin(signOfLifeMs);
  }

  /** Of several summaries of a run, as of workers that were side by side, the latest goes on. */
  function runningOf(one: KeptProgress): (JobRun & RunningTask)[] {
    return kept.findLast(isOf(one))?.id === one.id ? [...running.values()].filter(isOf(one)) : [];
  }

  async function load(): Promise<void> {
    const before = await memory.load();
    if (before.length === 0) return;
    const isContinued = (run: JobRun) => before.some(isOf(run));
    const begun = kept;
    kept = before
      .map((each): KeptProgress => {
        const isLatest = before.findLast(isOf(each)) === each;
        // What runs was told in each of them.
        if (!isLatest) return { ...each, unwritten: true };
        // No summary of this worker's own has been written yet.
        const own = begun.find(isOf(each));
        return own ? { ...each, counts: addCounts(each.counts, own.counts), unwritten: true } : each;
      })
      .concat(begun.filter((each) => !isContinued(each)));
    memory.save(kept);
    if (kept.some(({ unwritten }) => unwritten)) writeWithin(takenOverMs);
  }

  async function write(one: KeptProgress): Promise<void> {
    const those = runningOf(one);
    const progress = {
      ...one.counts,
      reasons: one.counts.reasons.slice(0, mostReasons),
      running: those.slice(0, mostRunning).map(({ jobId: _, run: __, ...task }) => task),
      running_tasks: those.length,
      written_at: new Date().toISOString(),
    };
    try {
      await putBlob(container, progressPath(one, one.id), Buffer.from(stringifyJson(progress)), {
        contentType: 'application/json',
        metadata: { progress: formatProgress(progress) },
      });
      writtenAt.set(one.id, performance.now());
      const idles = those.length === 0;
      // Between short tasks nothing is under way again and again, and whoever is told looks at all records of the run.
      const rests =
        idles && performance.now() - (movedAt.get(one.id) ?? Number.NEGATIVE_INFINITY) >= everyMs / 2;
      if (rests) await rested({ jobId: one.jobId, run: one.run });
      // Unless more has come meanwhile, which is another object.
      kept = kept.map((each) => (each === one ? { ...each, unwritten: idles && !rests } : each));
      memory.save(kept);
    } catch (error) {
      console.warn(`How far the run ${one.run} of job ${one.jobId} is cannot be told now: ${String(error)}`);
    }
  }

  return {
    begun(run, task) {
      const key = Symbol();
      running.set(key, { ...run, ...task, since: new Date().toISOString() });
      note(run);
      return () => {
        running.delete(key);
        note(run);
      };
    },
    ended(record, first) {
      const run = { jobId: record.job_id, run: record.run };
      note(run, first ? countsOf(record) : undefined);
    },
    start() {
      const loaded = load();
      loading = loaded.catch(() => undefined);
      return loaded;
    },
    flush,
  };
}

function countsOf({
  outcome,
  cached,
  reason,
  metrics,
  finished_at: at,
}: Parameters<Progress['ended']>[0]): RunCounts {
  const seconds = taskSeconds(metrics);
  return {
    outcomes: { [outcome]: 1 },
    cached: cached ? 1 : 0,
    seconds: seconds ? { tasks: 1, ...seconds } : noCounts.seconds,
    reasons: outcome === 'succeeded' ? [] : [{ outcome, reason: reason.slice(0, longestReason), tasks: 1 }],
    last_outcome_at: at,
  };
}

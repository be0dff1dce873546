import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import { forEachConcurrently } from '../jobs/for-each-concurrently.js';
import type { JobStorage } from '../jobs/job-storage.js';
import type { FoundJob } from '../jobs/reading/find-job.js';
import { readOutcome } from '../jobs/reading/read-outcomes.js';
import { compareTask, sameOutputs } from './compare-task.js';
import type { Comparison, TaskDifference } from './comparison.js';
import { type JobTask, type PairedTasks, pairTasks } from './pair-tasks.js';
import { storedSide } from './stored-side.js';

const atOnce = 16;
/** Each brings outputs here. */
const lookedAtOnce = 2;

export interface ComparedJobs extends Comparison {
  first: { job_id: string; run: string | null };
  second: { job_id: string; run: string | null };
  /** Tasks that both jobs have. */
  shared: number;
  /** Of these, tasks that have not ended in one of them. */
  unfinished: number;
  /** Of these, tasks that did not succeed in one of them, and how they ended. */
  not_succeeded: { task_id: string; outcomes: [string, string] }[];
  only_in_first: string[];
  only_in_second: string[];
}

export interface CompareOptions {
  /** How many of the tasks that differ are looked into; of the others only their digests are compared. */
  look: number;
  /** Only these tasks of the first job; all when absent. */
  only?: ReadonlySet<string>;
  /** Is told how many of how many shared tasks are done, and how many of those differ. */
  onProgress?: (done: number, total: number, different: number) => void;
}

/**
 * Compares the results of two jobs over the tasks that they share. Of each task the outcome counts that stands over all runs, or that
 * of one run when the scope names it. Most tasks are compared by listing alone: results are read where that leaves a doubt, and
 * outputs are brought here where they differ.
 */
export async function compareJobs(
  storage: Pick<JobStorage, 'jobs' | 'blobs'>,
  first: FoundJob,
  second: FoundJob,
  { look, only, onProgress = () => undefined }: CompareOptions,
  signal: AbortSignal,
): Promise<ComparedJobs> {
  const paired = onlyThose(await pairTasks(storage, first, second, signal), only);
  const scopeOf = ({ scope }: FoundJob) => ({ job_id: scope.jobId, run: scope.run ?? null });
  const compared: ComparedJobs = {
    ...{ first: scopeOf(first), second: scopeOf(second), shared: paired.pairs.length },
    ...{
      unfinished: 0,
      not_succeeded: [],
      compared: 0,
      same: 0,
      one_result: 0,
      different: [],
      uncompared: [],
    },
    ...{ only_in_first: paired.onlyInFirst, only_in_second: paired.onlyInSecond },
  };
  const differing: { place: number; records: [OutcomeRecord, OutcomeRecord] }[] = [];
  let done = 0;
  const step = () => onProgress(done, paired.pairs.length, differing.length);
  const unknown = new Map<number, string>();

  await forEachConcurrently(paired.pairs.entries(), atOnce, signal, async ([place, pair]) => {
    const found = await sameByRecords(storage, pair, compared, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      unknown.set(place, error instanceof Error ? error.message : String(error));
      return undefined;
    });
    if (found !== undefined) differing.push({ place, records: found });
    done += 1;
    step();
  });
  differing.sort((a, b) => a.place - b.place);

  const differences: TaskDifference[] = new Array(differing.length);
  await forEachConcurrently(
    differing.entries(),
    lookedAtOnce,
    signal,
    async ([
      index,
      {
        records: [one, other],
      },
    ]) => {
      const sides = [
        await storedSide(storage.blobs, one.result ?? '', signal),
        await storedSide(storage.blobs, other.result ?? '', signal),
      ] as const;
      const { task_id, entrypoint, params, seed } = one;
      differences[index] = {
        ...{ task_id, second_task_id: other.task_id, entrypoint, params, seed },
        ...(await compareTask(...sides, index < look, signal)),
      };
    },
  );
  const places = new Map(paired.pairs.map(([{ taskId }], place) => [taskId, place]));
  const placeOf = (taskId: string) => places.get(taskId) ?? 0;
  compared.not_succeeded.sort((a, b) => placeOf(a.task_id) - placeOf(b.task_id));
  compared.different = differences;
  compared.compared = compared.same + differences.length;
  compared.uncompared = [...unknown]
    .sort(([a], [b]) => a - b)
    .map(([place, why]) => ({ task_id: paired.pairs[place]?.[0].taskId ?? '', why }));
  return compared;
}

/** @returns the records of both when their outputs are not the same; what else comes of the pair is counted */
async function sameByRecords(
  { jobs, blobs }: Pick<JobStorage, 'jobs' | 'blobs'>,
  [{ taskId, outcome: one }, { outcome: other }]: [JobTask, JobTask],
  counts: ComparedJobs,
  signal: AbortSignal,
): Promise<[OutcomeRecord, OutcomeRecord] | undefined> {
  if (one === undefined || other === undefined) {
    counts.unfinished += 1;
    return undefined;
  }
  if (one.outcome !== 'succeeded' || other.outcome !== 'succeeded') {
    counts.not_succeeded.push({ task_id: taskId, outcomes: [one.outcome, other.outcome] });
    return undefined;
  }
  // Of a result that was there before it is not yet known whose it is.
  const byListing = one.replicateDigest !== undefined && one.replicateDigest === other.replicateDigest;
  if (byListing && !one.cached && !other.cached) {
    counts.same += 1;
    return undefined;
  }
  const records = await Promise.all([readOutcome(jobs, one.blobName), readOutcome(jobs, other.blobName)]);
  const [reference, otherReference] = records.map(({ result }) => result);
  if (reference === undefined || otherReference === undefined)
    throw new Error('Its outcome does not say where its result is.');
  const oneResult = reference === otherReference;
  if (
    byListing ||
    oneResult ||
    sameOutputs(
      ...(await Promise.all([
        storedSide(blobs, reference, signal),
        storedSide(blobs, otherReference, signal),
      ])),
    )
  ) {
    counts.same += 1;
    if (oneResult) counts.one_result += 1;
    return undefined;
  }
  return records;
}

function onlyThose(paired: PairedTasks, only: ReadonlySet<string> | undefined): PairedTasks {
  if (only === undefined) return paired;
  return {
    pairs: paired.pairs.filter(([{ taskId }]) => only.has(taskId)),
    onlyInFirst: paired.onlyInFirst.filter((taskId) => only.has(taskId)),
    onlyInSecond: paired.onlyInSecond,
  };
}

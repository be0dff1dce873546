import type { TaskLine } from '../../contracts/job/task-line.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { taskProcess } from '../../contracts/result/task-process.js';
import { taskSeconds } from '../../contracts/result/task-seconds.js';
import { inOrder } from '../../jobs/in-order.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { readAhead } from '../../jobs/read-ahead.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { leftOutTasks } from '../../jobs/reading/left-out-tasks.js';
import { listStanding } from '../../jobs/reading/list-standing.js';
import type { ListedOutcome } from '../../jobs/reading/listed-outcome.js';
import { readOutcome } from '../../jobs/reading/read-outcomes.js';
import { readTasks } from '../../jobs/reading/read-tasks.js';
import type { TaskRow } from './task-row.js';

/** Records that are read at the same time. */
const atOnce = 16;
/** Tasks that are read while storage makes the listing, which takes it longer. */
const linesAhead = 10_000;

/**
 * A row for every task of a job, in the order in which it was submitted; then those that were pushed to it by others, in the order of
 * their ids. The listing says everything; a record is read only of a task that nobody wrote down, of what
 * an older app recorded, and of a failure whose reason is very long. Memory grows with the listing (some 500 bytes a task), not with what tasks made.
 */
export async function* readTaskRows(
  { jobs }: Pick<JobStorage, 'jobs'>,
  job: Pick<FoundJob, 'scope' | 'retries' | 'runs' | 'leftOut'>,
  signal: AbortSignal,
): AsyncGenerator<TaskRow> {
  const tasks = readTasks(jobs, job.scope.jobId, signal);
  try {
    const lines = readAhead(tasks, linesAhead);
    const standing = await listStanding(jobs, job, signal);
    const leftOut = job.leftOut > 0 ? await leftOutTasks(jobs, job) : new Set<string>();
    const rowOf = async ({ line, listed }: Known): Promise<TaskRow> => {
      if (listed === undefined) return withoutOutcome(line, leftOut.has(line.task_id));
      if (line !== undefined && isTold(listed)) return ofListing(line, listed);
      return ofRecord(await readOutcome(jobs, listed.blobName), listed.blobName, line);
    };
    yield* inOrder(known(standing, lines), atOnce, signal, rowOf);
  } finally {
    await tasks.return(undefined);
  }
}

type Known = { line: TaskLine; listed?: undefined } | { line?: TaskLine; listed: ListedOutcome };
type ToldOutcome = ListedOutcome & { finishedAt: string };

/** Each outcome is let go when its task has had its turn. */
async function* known(
  standing: Map<string, ListedOutcome>,
  lines: AsyncIterable<TaskLine>,
): AsyncGenerator<Known> {
  for await (const line of lines) {
    const listed = standing.get(line.task_id);
    standing.delete(line.task_id);
    yield listed === undefined ? { line } : { line, listed };
  }
  for (const id of [...standing.keys()].sort()) {
    const listed = standing.get(id);
    if (listed !== undefined) yield { listed };
  }
}

function isTold(listed: ListedOutcome): listed is ToldOutcome {
  const { outcome, process, failure, finishedAt } = listed;
  return finishedAt !== undefined && (outcome === 'succeeded' ? process : failure) !== undefined;
}

function ofLine({
  task_id,
  result_key,
  message: { bundle_ref, entrypoint, params, seed, outputs },
}: TaskLine): Pick<
  TaskRow,
  'task_id' | 'result_key' | 'bundle_ref' | 'entrypoint' | 'param_id' | 'params' | 'seed' | 'requested'
> {
  return {
    ...{ task_id, result_key, bundle_ref, entrypoint, seed },
    param_id: params.param_id,
    params: params.values,
    requested: outputs ?? null,
  };
}

function withoutOutcome(line: TaskLine, wasLeftOut: boolean): TaskRow {
  return {
    ...ofLine(line),
    run: null,
    outcome: wasLeftOut ? 'cancelled' : 'pending',
    reason: wasLeftOut ? 'It was cancelled before its message was sent.' : '',
    error_type: wasLeftOut ? 'cancelled' : '',
    ...{ cached: null, attempt: null, finished_at: null, seconds: null, process: null, record: null },
    outputs: [],
  };
}

function ofListing(line: TaskLine, listed: ToldOutcome): TaskRow {
  const { run, outcome, cached, attempt, seconds, process, failure, outputs, finishedAt, blobName } = listed;
  return {
    ...ofLine(line),
    ...{
      run,
      outcome,
      reason: failure?.reason ?? '',
      error_type: failure?.error_type ?? '',
      cached,
      attempt,
    },
    finished_at: finishedAt,
    seconds: seconds ?? null,
    process: process ?? null,
    outputs: outcome === 'succeeded' ? (outputs ?? null) : [],
    record: blobName,
  };
}

function ofRecord(record: OutcomeRecord, blobName: string, line: TaskLine | undefined): TaskRow {
  const { task_id, result_key, bundle_ref, entrypoint, param_id, params, seed } = record;
  const { run, outcome, reason, cached, attempt, finished_at, error, outputs } = record;
  return {
    ...{ task_id, result_key, bundle_ref, entrypoint, param_id, params, seed },
    ...{ run, outcome, reason, cached, attempt, finished_at },
    error_type: error?.error_type ?? '',
    seconds: taskSeconds(record.metrics) ?? null,
    process: taskProcess(record) ?? null,
    outputs: outcome === 'succeeded' ? (outputs ?? null) : [],
    requested: line?.message.outputs ?? null,
    record: blobName,
  };
}

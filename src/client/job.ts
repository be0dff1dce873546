import { limitsOf } from '../contracts/bundle/limits-of.js';
import type { OutcomeKind } from '../contracts/result/outcome.js';
import type { TaskSeconds } from '../contracts/result/task-seconds.js';
import { inOrder } from '../jobs/in-order.js';
import type { JobStorage } from '../jobs/job-storage.js';
import { type FoundJob, findJob } from '../jobs/reading/find-job.js';
import { jobStates } from '../jobs/reading/job-states.js';
import { listRuns } from '../jobs/reading/list-runs.js';
import { listStanding } from '../jobs/reading/list-standing.js';
import { readFailedRecords } from '../jobs/reading/read-failed-records.js';
import { type JobStatus, readJobStatus } from '../jobs/reading/read-job-status.js';
import { readOutcome } from '../jobs/reading/read-outcomes.js';
import { taskNamed } from '../jobs/reading/task-named.js';
import { cancelTasks } from '../jobs/submission/cancel-tasks.js';
import { retryTasks } from '../jobs/submission/retry-tasks.js';
import type { LossRow } from '../results/losses/loss-row.js';
import { readLosses } from '../results/losses/read-losses.js';
import type { MadeTables } from '../results/tables/make-tables.js';
import { outputsOf } from '../results/tables/read-output.js';
import { readTaskRows } from '../results/tables/read-task-rows.js';
import type { TaskRow } from '../results/tables/task-row.js';
import type { OutputOfTask } from './output-of-task.js';
import { fromScalars, type Parameters, type PlainParameters } from './parameters.js';
import { readBytes } from './read-bytes.js';
import { Task } from './task.js';
import { whoever } from './whoever.js';

/** Outputs that are read at the same time. */
const atOnce = 32;

/** A row of `results()`. */
export interface ResultRow {
  task_id: string;
  parameters: PlainParameters;
  seed: bigint;
  outcome: OutcomeKind | 'pending';
  /** Why it failed, one sentence; empty otherwise. */
  reason: string;
  /** Of what was raised, or the outcome; empty otherwise. */
  error_type: string;
  /** Whether its result was there already; null when it has not ended. */
  cached: boolean | null;
  /** That this outcome is of; null when it has not ended. */
  run: string | null;
  /** Where its time went, by stage; null when it did not run for this outcome. */
  seconds: TaskSeconds | null;
}

/** Which tasks of a job are meant; each condition leaves fewer. */
export interface TaskChoice {
  /** Starts of ids. */
  tasks?: readonly string[];
  /** Parameters and seed. */
  where?: Parameters;
  signal?: AbortSignal;
}

export interface RetryOptions extends TaskChoice {
  /** Only those that ended so. */
  outcomes?: readonly OutcomeKind[];
  /** Also those that have no outcome, whose messages were lost. */
  pending?: boolean;
  /** Whether stored results answer; without, tasks that succeeded run again, too. Default: true. */
  cache?: boolean;
  timeoutSeconds?: number;
  memoryBytes?: number;
  /** A retry that was interrupted, to go on with. */
  run?: string;
}

/** A job that was submitted. Without a run its latest is meant, or all of them together where the latest retries some of its tasks. */
export class Job {
  readonly #storage: JobStorage;
  readonly id: string;
  readonly run: string | undefined;

  constructor(storage: JobStorage, id: string, run?: string) {
    this.#storage = storage;
    this.id = id;
    this.run = run;
  }

  /** Names of its runs, oldest first. */
  runs(signal?: AbortSignal): Promise<string[]> {
    return listRuns(this.#storage.jobs, this.id, orNever(signal));
  }

  /** Where it stands. */
  async status(signal?: AbortSignal): Promise<JobStatus> {
    return readJobStatus(this.#storage, await this.#find(signal), orNever(signal));
  }

  /** Where it stands, again and again, until every task has its outcome. Whoever stops looking leaves the job alone. */
  async *watch(signal?: AbortSignal): AsyncGenerator<JobStatus> {
    yield* jobStates(this.#storage, await this.#find(signal), orNever(signal));
  }

  /** Waits until every task has its outcome. */
  async ended(signal?: AbortSignal): Promise<JobStatus> {
    let last: JobStatus | undefined;
    for await (const status of this.watch(signal)) last = status;
    if (last === undefined) throw new Error('A job is watched until it has ended.');
    return last;
  }

  /** A row for each task, in the order in which they were submitted, as listings tell them. */
  async *results(signal?: AbortSignal): AsyncGenerator<ResultRow> {
    for await (const row of readTaskRows(this.#storage, await this.#find(signal), orNever(signal))) {
      const { task_id, seed, outcome, reason, error_type, cached, run, seconds } = row;
      yield {
        ...{ task_id, parameters: fromScalars(row.params), seed },
        ...{ outcome, reason, error_type, cached, run, seconds },
      };
    }
  }

  /**
   * An output of each task that succeeded with it, in the order in which they were submitted; 32 are read at a time. What failed is in `failures()`.
   *
   * @throws an error when no task has the output, or one cannot be read
   */
  async *output(name: string, signal: AbortSignal = orNever(undefined)): AsyncGenerator<OutputOfTask> {
    const rows: TaskRow[] = [];
    for await (const row of readTaskRows(this.#storage, await this.#find(signal), signal))
      if (row.outcome === 'succeeded') rows.push(row);
    let found = false;
    const names = new Set<string>();
    const read = async (row: TaskRow) => {
      const own = row.outputs ?? Object.keys(await outputsOf(this.#storage, row));
      for (const each of own) names.add(each);
      return own.includes(name) ? await readBytes(this.#storage, row, name, signal) : undefined;
    };
    for await (const output of inOrder(rows, atOnce, signal, read)) {
      if (output === undefined) continue;
      found = true;
      yield output;
    }
    if (!found)
      throw new Error(
        `There is no output "${name}" in the job ${this.id}: ${rows.length > 0 ? `its tasks have ${[...names].sort().join(', ')}` : 'none of its tasks has succeeded'}.`,
      );
  }

  /**
   * Makes Parquet files (and CSV) of all tasks and of each output over all tasks, as `mops-cold results` does.
   *
   * @param folder where they are put
   */
  async tables(
    folder: string,
    { csv = false, outputs, signal }: { csv?: boolean; outputs?: string[]; signal?: AbortSignal } = {},
  ): Promise<MadeTables> {
    const { makeTables } = await import('../results/tables/make-tables.js');
    const wanted = { csv, ...(outputs && { outputs }) };
    return makeTables(this.#storage, await this.#find(signal), folder, wanted, orNever(signal));
  }

  /** Tasks that failed, and why: one request for each. @param most of more failures, as many that are spread over all of them */
  async failures(most = 1000, signal?: AbortSignal): Promise<Task[]> {
    const job = await this.#find(signal);
    const records = await readFailedRecords(this.#storage, job, most, orNever(signal));
    return records.map((record) => new Task(this.#storage, record));
  }

  /** A row for each parameter set and target. */
  async losses(signal?: AbortSignal): Promise<LossRow[]> {
    return readLosses(this.#storage, await this.#find(signal), orNever(signal));
  }

  /**
   * The task with these parameters and seed, or whose id begins so.
   *
   * @throws an error when none is such, several are, or it has not ended
   */
  async task(which: string | Parameters, signal?: AbortSignal): Promise<Task> {
    const job = await this.#find(signal);
    const words = typeof which === 'string' ? [which] : wordsOf(which);
    const id = await taskNamed(this.#storage, job, words, orNever(signal));
    const listed = (await listStanding(this.#storage.jobs, job, orNever(signal))).get(id);
    if (listed) return new Task(this.#storage, await readOutcome(this.#storage.jobs, listed.blobName));
    throw new Error(`The task ${id} has not ended. Wait for it: for await (const status of job.watch()) …`);
  }

  /** Has tasks end that have not, all by default. @returns how many; null when nobody wrote down which there are */
  async cancel({ tasks = [], where = {}, signal }: TaskChoice = {}): Promise<number | null> {
    const job = await findJob(this.#storage, this.id, this.run, orNever(signal));
    const choice = { values: valuesOf(where), starts: [...tasks], by: whoever() };
    return (await cancelTasks(this.#storage, job, choice, orNever(signal))).tasks;
  }

  /** Runs tasks again, those that failed by default, as a new run. @returns how many */
  async retry({ tasks = [], where = {}, outcomes, signal, ...options }: RetryOptions = {}): Promise<number> {
    const job = await findJob(this.#storage, this.id, undefined, orNever(signal));
    const choice = {
      ...{ values: valuesOf(where), starts: [...tasks], outcomes: outcomes && new Set(outcomes) },
      ...{ pending: options.pending ?? false, noCache: options.cache === false, run: options.run },
      limits: limitsOf({ timeout_seconds: options.timeoutSeconds, memory_bytes: options.memoryBytes }),
    };
    return (await retryTasks(this.#storage, job, choice, orNever(signal))).tasks;
  }

  #find(signal?: AbortSignal): Promise<FoundJob> {
    return findJob(this.#storage, this.id, this.run, orNever(signal));
  }
}

function orNever(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? new AbortController().signal;
}

function valuesOf(where: Parameters): Map<string, string> {
  return new Map(Object.entries(where).map(([name, value]) => [name, String(value)]));
}

function wordsOf(where: Parameters): string[] {
  return [...valuesOf(where)].map(([name, value]) => `${name}=${value}`);
}

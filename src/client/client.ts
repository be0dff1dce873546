import { setTimeout as sleep } from 'node:timers/promises';
import { type NamedBundle, namedBundle } from '../connections/named-bundle.js';
import { type OpenStorage, openStorage } from '../connections/open-storage.js';
import { limitsOf } from '../contracts/bundle/limits-of.js';
import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import { taskId } from '../contracts/task/task-id.js';
import { SafeName } from '../contracts/validation/safe-name.js';
import { directJob, findJob } from '../jobs/reading/find-job.js';
import { findOutcome } from '../jobs/reading/find-outcome.js';
import { jobNamed } from '../jobs/reading/job-named.js';
import { leftOutTasks } from '../jobs/reading/left-out-tasks.js';
import { listJobNames } from '../jobs/reading/list-job-names.js';
import { compareWithTargets } from '../jobs/submission/compare-with-targets.js';
import { newRunId } from '../jobs/submission/new-run-id.js';
import { planTasks } from '../jobs/submission/plan-tasks.js';
import { submitJob } from '../jobs/submission/submit-job.js';
import { asUsage } from '../reporting/as-usage.js';
import { UsageError } from '../reporting/usage-error.js';
import { Job } from './job.js';
import type { JobOptions, ParameterSet, TaskOptions } from './job-options.js';
import { jobToSubmit } from './job-to-submit.js';
import { planSweep } from './plan-sweep.js';
import { targetsOf } from './targets-of.js';
import { Task } from './task.js';

/** Between two looks of `map`, in milliseconds: more often while things happen. */
const pauseMs = { least: 100, most: 2_000 };

/** A client of one app: it speaks to the app's storage alone. */
export class Client {
  readonly #storage: OpenStorage;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(storage: OpenStorage, env: NodeJS.ProcessEnv) {
    this.#storage = storage;
    this.#env = env;
  }

  /**
   * A client of the app that the environment names, as `mops-cold` finds it.
   *
   * @throws Error that says what to set, or that nothing answers there
   */
  static async fromEnv(env: NodeJS.ProcessEnv = process.env): Promise<Client> {
    return new Client(await openStorage(env), env);
  }

  /**
   * Submits a sweep: writes down a job, and has a message sent for each task, by the app where there are more than 500.
   *
   * @param bundle `sha256:…`, `repository@sha256:…`, or a folder, which is packed and stored
   * @param entrypoint `package.module/scenario` or `package.module:object`
   * @throws UsageError; JobExists; SubmissionStopped in the middle, which says how to go on
   */
  async submit(
    bundle: string,
    entrypoint: string,
    params: Iterable<ParameterSet>,
    options: JobOptions = {},
  ): Promise<Job> {
    const { minReplicates, timeoutSeconds, memoryBytes } = options;
    const { stopAfterFailures, stopSetAfterFailures, signal = new AbortController().signal } = options;
    const jobId = safeName('job id', options.jobId ?? `job-${newRunId()}`);
    const run = options.run === undefined ? newRunId() : safeName('run', options.run);
    const named = await this.#named(bundle, options);
    const targets = await targetsOf(options.targets ?? [], named, this.#storage.settings, signal);
    await named.push();
    const { ref } = named;
    const tasks = planSweep(ref, entrypoint, params, options);
    const cold = options.cold ?? false;
    const planned = asUsage('Cannot submit', () => planTasks(tasks, jobId, cold ? 'cold' : undefined));
    const compared =
      targets.length > 0 ? compareWithTargets(planned.lines, targets, minReplicates) : undefined;
    const job = await jobToSubmit({
      ...{ jobId, run, cold, cache: options.cache ?? true, priority: options.priority, source: 'typescript' },
      lines: compared?.lines ?? planned.lines,
      ...(compared && {
        ...{ targets, parameter_sets: compared.sets },
        ...(minReplicates !== undefined && { min_replicates: minReplicates }),
      }),
      terms: {
        ...limitsOf({ timeout_seconds: timeoutSeconds, memory_bytes: memoryBytes }),
        ...(stopAfterFailures !== undefined && { stop_after_failures: stopAfterFailures }),
        ...(stopSetAfterFailures !== undefined && { stop_set_after_failures: stopSetAfterFailures }),
      },
    });
    await submitJob(this.#storage, job, signal, options.onProgress);
    return new Job(this.#storage, jobId);
  }

  /**
   * Runs a simulation with each of these parameter sets, all at once: the tasks in the order of the sets and their seeds, each as soon as it and those before it have
   * ended, those that failed among them.
   */
  async *map(
    bundle: string,
    entrypoint: string,
    params: Iterable<ParameterSet>,
    options: TaskOptions = {},
  ): AsyncGenerator<Task> {
    const { signal = new AbortController().signal } = options;
    const named = await this.#named(bundle, options);
    await named.push();
    const { ref } = named;
    const sets = [...params];
    const ids = planSweep(ref, entrypoint, sets, options).map(taskId);
    const run = newRunId();
    const { id: jobId } = await this.submit(ref, entrypoint, sets, { ...options, run });
    for (const task of ids)
      yield new Task(this.#storage, await this.#outcomeOf(task, { jobId, run }, signal));
  }

  /**
   * A job by its id, or the start of it; by default the one that was submitted last.
   *
   * @throws Error when there is none
   */
  async job(name = 'last', run?: string): Promise<Job> {
    const { signal } = new AbortController();
    const id = await jobNamed(this.#storage, name, signal);
    await findJob(this.#storage, id, run, signal);
    return new Job(this.#storage, id, run);
  }

  /** Ids of all jobs. */
  jobs(): AsyncIterable<string> {
    return listJobNames(this.#storage.jobs, '', new AbortController().signal);
  }

  /**
   * Waits for the end of a task: by looks at its own outcome, as listing those of all tasks takes the longer the more there are.
   *
   * @throws an error when its message was never sent
   */
  async #outcomeOf(
    task: string,
    run: { jobId: string; run: string },
    signal: AbortSignal,
  ): Promise<OutcomeRecord> {
    const { jobs } = this.#storage;
    const meant = { scope: run, runs: [run.run], retries: [] };
    for (let pause = pauseMs.least; ; pause = Math.min(pauseMs.most, pause * 1.5)) {
      const outcome = await findOutcome(jobs, run, task);
      if (outcome) return outcome;
      if (pause === pauseMs.most && (await leftOutTasks(jobs, meant)).has(task))
        throw new Error(
          `The task ${task} has no outcome: the job ${run.jobId} was cancelled before its message was sent. Run it again: (await client.job('${run.jobId}')).retry()`,
        );
      await sleep(pause, undefined, { signal });
    }
  }

  #named(bundle: string, { repository, signal }: TaskOptions): Promise<NamedBundle> {
    const caller = { env: this.#env, signal: signal ?? new AbortController().signal };
    const place = repository === undefined ? {} : { repository };
    return namedBundle(bundle, this.#storage.settings, caller, place);
  }
}

function safeName(what: string, name: string): string {
  const checked = SafeName.safeParse(name);
  if (!checked.success)
    throw new UsageError(`Cannot use the ${what} "${name}": it ${checked.error.issues[0]?.message}.`);
  if (name === directJob)
    throw new UsageError(
      `Cannot use the ${what} "${name}": it belongs to tasks that are pushed without a job.`,
    );
  return checked.data;
}

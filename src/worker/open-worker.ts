import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connectBlobService } from '../azure-backend/connect-blob-service.js';
import { connectQueueService } from '../azure-backend/connect-queue-service.js';
import { createBundleCache } from '../bundles/cache/create-bundle-cache.js';
import { openBundleStore } from '../bundles/open-bundle-store.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { passedVariables } from '../config/passed-variables.js';
import type { RuntimeConfig } from '../config/read-runtime-config.js';
import { sandboxOf } from '../config/sandbox-of.js';
import { createClaims } from '../jobs/expansion/create-claims.js';
import { createExpander } from '../jobs/expansion/create-expander.js';
import { askForTables } from '../jobs/recording/ask-for-tables.js';
import { createCancellations } from '../jobs/recording/create-cancellations.js';
import { createFollowers } from '../jobs/recording/create-followers.js';
import { createJobRecords } from '../jobs/recording/create-job-records.js';
import { createProgress } from '../jobs/recording/create-progress.js';
import { createReplicateSets } from '../jobs/recording/create-replicate-sets.js';
import { createWarmGuard } from '../jobs/recording/create-warm-guard.js';
import { recordBuilds } from '../jobs/recording/record-builds.js';
import { createResultStore } from '../provenance/create-result-store.js';
import { createRecycler } from '../recycling/create-recycler.js';
import { holdRefused } from '../recycling/hold-refused.js';
import { createOwnMessages } from '../recycling/own-messages.js';
import { quietWaitMs } from '../recycling/quiet-wait.js';
import { stopAnnounced } from '../recycling/stop-announced.js';
import { baselineProblem } from '../runner/baseline/baseline-problem.js';
import { boundaryHere } from '../runner/boundary-here.js';
import { createExecutor } from '../runner/create-executor.js';
import { processIdentity } from '../runner/identity/process-identity.js';
import { containerMemory } from '../runner/memory/container-memory.js';
import { defaultMemoryLimit } from '../runner/memory/default-memory-limit.js';
import { sweep } from '../runner/sweep/sweep.js';
import { rememberUnkillable } from '../runner/sweep/unkillable-processes.js';
import { whyAddressesVary } from '../runner/why-addresses-vary.js';
import type {
  Environments,
  KeepsEnvironments,
  KeepsWarmUps,
  KeptFolders,
  PythonEnvironment,
} from '../simulation/ports.js';
import type { SimulationContext } from '../simulation/simulation-context.js';
import { warmUpRun } from '../simulation/warm-up-run.js';
import { createTelemetry } from '../telemetry/create-telemetry.js';
import { createJournal } from './create-journal.js';
import { createTableMaker } from './create-table-maker.js';
import { createTerminator } from './create-terminator.js';
import { makeQueues } from './make-queues.js';
import { onceForHost } from './once-for-host.js';
import { progressMemory } from './progress-memory.js';
import type { Worker } from './worker.js';

/** The exit code that the Functions host takes as a wish for a new worker, on every version. */
const restartMe = 200;

/** A process that waits for tasks holds memory: a sweep that has ended gives it back. */
const unusedMs = 5 * 60_000;
/** A sweep has one bundle; a few more are for sweeps side by side. */
const mostTemplates = 4;

/** Everything that one worker holds for as long as it lives. Makes no request; `start` and `ready` do. */
export async function openWorker(
  config: RuntimeConfig,
  {
    environments,
    python,
  }: { environments: Environments & KeepsEnvironments & { kept?: KeptFolders }; python: PythonEnvironment },
  hostVersion: string,
  env: NodeJS.ProcessEnv,
): Promise<Worker> {
  const { settings, host } = config;
  const unreached = await baselineProblem(settings.MODELOPS_CPU_BASELINE);
  if (unreached !== undefined) throw new ConfigurationError([unreached]);
  await mkdir(settings.MODELOPS_SCRATCH_DIR, { recursive: true });
  const blobs = await connectBlobService(config.azureBackend);
  const results = blobs.getContainerClient(config.azureBackend.container);
  const jobs = blobs.getContainerClient(settings.MODELOPS_JOBS_CONTAINER);
  const connectQueues = (isOnce: boolean) =>
    connectQueueService(settings.MODELOPS_QUEUE_CONNECTION, env, config.azureBackend, isOnce);
  const [queues, queuesOnce] = await Promise.all([connectQueues(false), connectQueues(true)]);
  const queue = queues.getQueueClient(settings.MODELOPS_QUEUE_NAME);
  const jobsQueue = queues.getQueueClient(`${settings.MODELOPS_QUEUE_NAME}-jobs`);
  const telemetry = createTelemetry(
    config.telemetry,
    settings.MODELOPS_QUEUE_NAME,
    join(settings.MODELOPS_SCRATCH_DIR, 'telemetry-trouble'),
  );
  const executor = createExecutor({
    python: python.python,
    scratchRoot: settings.MODELOPS_SCRATCH_DIR,
    passed: passedVariables(settings, env),
    sandbox: sandboxOf(settings),
    standby: {
      most: settings.MODELOPS_STANDBY_RUNNERS ?? host.queues.batchSize + host.queues.newBatchThreshold,
      containerBytes: await containerMemory(),
      unusedMs,
      moreTasks: () => recycler.moreTasks(),
    },
    templates: { most: mostTemplates, unusedMs },
    ...(environments.kept && { kept: environments.kept }),
    warm: {
      maxReuse: settings.MODELOPS_MAX_PROCESS_REUSE,
      ttlMs: settings.MODELOPS_PROCESS_TTL * 1000,
      maxProcesses: settings.MODELOPS_MAX_WARM_PROCESSES,
    },
  });
  const self = await processIdentity(process.pid);
  const progress =
    self &&
    createProgress(
      jobs,
      progressMemory(join(settings.MODELOPS_SCRATCH_DIR, 'progress'), self),
      undefined,
      settings.MODELOPS_JOB_TABLES_BYTES > 0 ? askForTables({ jobs, jobsQueue }) : undefined,
    );
  const cancellations = createCancellations(jobs);
  const records = createJobRecords(jobs);
  const simulation: SimulationContext = {
    bundles: createBundleCache({
      source: await openBundleStore(config.bundlePlace, { blobs, env }),
      folder: settings.MODELOPS_BUNDLES_CACHE_DIR,
      limitBytes: settings.MODELOPS_BUNDLES_CACHE_BYTES,
    }),
    environments,
    executor,
    results: createResultStore(results),
    records,
    cancellations,
    followers: createFollowers(jobs, records),
    ...(progress && { progress }),
    ...(settings.MODELOPS_WARM_GUARD > 0 && { guard: createWarmGuard(jobs, settings.MODELOPS_WARM_GUARD) }),
    sets: createReplicateSets(jobs, queue),
    defaultExecutor: config.executor,
    timeoutMs: config.taskTimeoutMs,
    ...(host.functionTimeoutMs !== null && { invocationMs: host.functionTimeoutMs }),
    ...(config.taskTimeoutSetBy !== undefined && { timeoutSetBy: config.taskTimeoutSetBy }),
    memoryLimitBytes: settings.MODELOPS_MEM_LIMIT_BYTES ?? (await defaultMemoryLimit(host.queues.batchSize)),
    threads: settings.MODELOPS_THREADS_PER_TASK,
    fixedAddresses: settings.MODELOPS_FIXED_ADDRESSES,
    cpuBaseline: settings.MODELOPS_CPU_BASELINE,
    maxDeliveries: host.queues.maxDequeueCount,
    now: () => new Date(),
    observe: telemetry.observe,
  };
  const ready = once(async () => {
    const clean = async () => {
      const { processes, folders } = await sweep(settings.MODELOPS_SCRATCH_DIR);
      for (const line of processes) console.log(line);
      void folders.then((lines) => {
        for (const line of lines) console.log(line);
      });
    };
    await Promise.all([clean(), results.createIfNotExists(), jobs.createIfNotExists()]);
  });
  const claims = createClaims(jobs, simulation.records);
  const journal = createJournal();
  const messages = createOwnMessages(queue);
  const recycler = createRecycler({
    afterTasks: settings.MODELOPS_RECYCLE_AFTER_TASKS,
    afterMinutes: settings.MODELOPS_RECYCLE_AFTER_MINUTES,
    holdRefused: holdRefused(hostVersion, host.queues),
    quiet: {
      waitMs: quietWaitMs(host.queues.maxPollingIntervalMs, hostVersion),
      againMs: host.queues.maxPollingIntervalMs,
    },
    stopping: () => stopAnnounced(join(settings.MODELOPS_SCRATCH_DIR, 'stopping')),
    messages,
    log: (text) => console.log(text),
    settle({ kind, reason }) {
      telemetry.recycling(kind, reason);
      return telemetry.flush();
    },
    exit(reason) {
      console.log(`Recycling this worker: ${reason}. A new one takes the next tasks.`);
      // At once: a message that arrived meanwhile would meet a worker that is half gone.
      try {
        executor.abandon();
      } finally {
        process.exit(restartMe);
      }
    },
  });
  const leftBehind = async (unkillable: number[]) => {
    if (unkillable.length === 0) return;
    const left = unkillable.join(', ');
    recycler.markUnclean(`a task left processes that could not be killed: ${left}`);
    await rememberUnkillable(settings.MODELOPS_SCRATCH_DIR, unkillable).catch((error: unknown) => {
      // The task is done all the same; health of this worker still tells.
      console.error(`Cannot write down the processes ${left}: ${error}`);
    });
  };
  simulation.leftBehind = (unkillable) => void leftBehind(unkillable);
  return {
    config,
    simulation,
    builds: {
      bundles: simulation.bundles,
      environments: keepsAll(environments, executor, simulation),
      record: recordBuilds(jobs),
      now: simulation.now,
    },
    programs: executor,
    expander: createExpander(
      { jobs, queue, jobsQueue, queueOnce: queuesOnce.getQueueClient(queue.name) },
      cancellations,
      simulation.records,
      settings.MODELOPS_QUEUE_WINDOW,
    ),
    tables: createTableMaker(
      { jobs, jobsQueue },
      config.azureBackend,
      settings.MODELOPS_SCRATCH_DIR,
      settings.MODELOPS_JOB_TABLES_BYTES,
    ),
    claims,
    recycler,
    terminator: createTerminator(messages, simulation.records),
    journal,
    telemetry,
    async tellProgress() {
      await progress?.flush();
    },
    async note(result) {
      journal.note(result);
      await leftBehind(result.unkillable);
    },
    python,
    whyAddressesVary: once(async () =>
      settings.MODELOPS_FIXED_ADDRESSES ? whyAddressesVary(python.python) : undefined,
    ),
    boundary: once(() => boundaryHere(python, settings.MODELOPS_SCRATCH_DIR, sandboxOf(settings))),
    scratchFolder: settings.MODELOPS_SCRATCH_DIR,
    storage: { results, jobs, queue },
    async start() {
      // Begun here, so that the first task need not wait for it. One that meets trouble with it tries again, and tells.
      // First the process, which starts while the requests are made.
      await executor.prepare().catch(() => undefined);
      void ready().catch(() => undefined);
      void cancellations.known().catch(() => undefined);
      void claims.known().catch(() => undefined);
      void progress?.start().catch(() => undefined);
      await onceForHost(join(settings.MODELOPS_SCRATCH_DIR, 'queues-made'), async () => {
        const poison = [queue, jobsQueue].map(({ name }) => queues.getQueueClient(`${name}-poison`));
        const troubles = await makeQueues([queue, jobsQueue, ...poison]);
        for (const trouble of troubles) console.warn(trouble);
        return troubles.length === 0;
      });
    },
    ready,
  };
}

/** Environments, and what the warm-ups of bundles leave in them. */
function keepsAll(
  environments: KeepsEnvironments,
  executor: KeepsWarmUps,
  limits: SimulationContext,
): KeepsEnvironments {
  return {
    keep: (bundle, { again }) =>
      environments.keep(bundle, {
        again,
        async also(environment) {
          const run = warmUpRun(limits, bundle, environment);
          return run && executor.keepWarmUp(run, { again }, new AbortController().signal);
        },
      }),
  };
}

/** Runs the work at the first call, and again only when it failed. */
function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let pending: Promise<Result> | undefined;
  return () => {
    pending ??= work().catch((error: unknown) => {
      pending = undefined;
      throw error;
    });
    return pending;
  };
}

import { statfs } from 'node:fs/promises';
import { listEnvironments } from '../environments/list-environments.js';
import { temporaryFolderRemark } from '../runner/place/temporary-folder-remark.js';
import { unkillableProcesses } from '../runner/sweep/unkillable-processes.js';
import type { currentWorker } from './current-worker.js';
import type { Worker } from './worker.js';

const patienceMs = 5_000;
const leastFreeBytes = 256 * 1024 * 1024;

/** Whether the worker can run tasks. `problems` is empty when it is healthy; each is one sentence. */
export async function checkHealth(current: typeof currentWorker) {
  if ('refusal' in current) {
    return { status: 'unhealthy', problems: current.refusal.problems };
  }
  const { worker } = current;
  const { outcomes, lastError } = worker.journal.read();
  const { MODELOPS_ENVIRONMENTS: mode, MODELOPS_VENVS_DIR: venvs } = worker.config.settings;
  const [disk, storage, unkillable, addresses, boundary, environments] = await Promise.all([
    known(freeDisk(worker.scratchFolder)),
    known(reachStorage(worker)),
    known(unkillableProcesses(worker.scratchFolder)),
    known(worker.whyAddressesVary()),
    known(worker.boundary()),
    known(mode === 'build' ? listEnvironments(venvs) : Promise.resolve([])),
  ]);
  const recycling = worker.recycler.status();
  const remark = temporaryFolderRemark(worker.scratchFolder);
  const alone = boundary.value?.withoutUsers === '';
  const problems = [
    ...unknown('The scratch folder cannot be used', disk),
    ...unknown('The storage account cannot be used', storage),
    ...unknown('The list of unkillable processes cannot be read', unkillable),
    ...unknown('The environments cannot be read', environments),
    ...unknown('Whether addresses can be fixed is not known', addresses),
    ...(addresses.value === undefined
      ? []
      : [`${addresses.value} Allow it, or unset MODELOPS_FIXED_ADDRESSES: every task fails.`]),
    ...unknown('As whom simulations run is not known', boundary),
    ...(alone || !worker.config.settings.MODELOPS_REQUIRE_SANDBOX
      ? []
      : [
          `Simulations cannot have users of their own, and MODELOPS_REQUIRE_SANDBOX asks for them: ${boundary.value?.withoutUsers}. Make that possible, or unset it: every task fails.`,
        ]),
    ...(unkillable.value ?? []).map(
      (pid) => `Process ${pid} of an earlier task could not be killed: this instance must be replaced.`,
    ),
    ...(disk.value !== undefined && disk.value < leastFreeBytes
      ? [`The scratch disk has ${disk.value} bytes free, and at least ${leastFreeBytes} are needed.`]
      : []),
  ];
  return {
    status: problems.length === 0 ? 'healthy' : 'unhealthy',
    problems,
    /** What some simulations would lack here, a sentence each; no problem to the others. */
    remarks: remark === undefined ? [] : [`${remark}.`],
    /** The tag of the image, as its build has written it into it; null outside of one. */
    image: process.env.COLD_FUNCTIONS_IMAGE ?? null,
    executor: worker.config.executor,
    python: worker.python,
    /** Those that were built here for bundles, and are here still. */
    environments: environments.value ?? [],
    bundles: worker.config.bundlePlace,
    free_disk_bytes: disk.value ?? null,
    cpu_baseline: worker.config.settings.MODELOPS_CPU_BASELINE,
    fixed_addresses: worker.config.settings.MODELOPS_FIXED_ADDRESSES,
    /** As whom simulations run. */
    sandbox: boundary.value && {
      own_users: alone,
      own_ipc: boundary.value.ownIpc,
      hides_processes: boundary.value.hidesProcesses,
      own_pids: boundary.value.ownPids,
      closes_network: boundary.value.closesNetwork,
      ...(!alone && { why: boundary.value.withoutUsers }),
    },
    memory_limit_bytes: worker.simulation.memoryLimitBytes,
    storage: storage.error ?? 'reachable',
    tasks_since_start: recycling.tasks,
    outcomes,
    last_error: lastError,
    recycling: { due: recycling.due, overdue: recycling.overdue },
    settings_without_effect: worker.config.withoutEffect,
    worker_pid: process.pid,
  };
}

/** What was asked for, or in words why it cannot be had: health must always answer. */
type Known<T> = { value: T; error?: undefined } | { value?: undefined; error: string };

function known<T>(asked: Promise<T>): Promise<Known<T>> {
  return asked.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  );
}

function unknown(what: string, { error }: Known<unknown>): string[] {
  return error === undefined ? [] : [`${what}: ${error}`];
}

async function freeDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function reachStorage({ storage }: Worker): Promise<void> {
  const abortSignal = AbortSignal.timeout(patienceMs);
  await Promise.all(
    [storage.results, storage.jobs, storage.queue].map((place) => place.exists({ abortSignal })),
  );
}

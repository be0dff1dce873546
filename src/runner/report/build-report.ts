import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Attestation } from '../../contracts/result/attestation.js';
import type { Boundary } from '../../contracts/result/boundary.js';
import type { FilledCache } from '../../contracts/result/filled-cache.js';
import type { RunReport, RunRequest } from '../../simulation/ports.js';
import { baselineInForce } from '../baseline/baseline-in-force.js';
import { hashSeedInForce } from '../hash-seed-in-force.js';
import { removeFolder } from '../place/remove-folder.js';
import { scratchPaths } from '../place/scratch-paths.js';
import type { TaskRecord } from '../process/runner-process.js';
import type { WarmedRequest } from '../warm-up/warm-up.js';
import { attest } from './attest.js';
import { brokenDemand } from './broken-demand.js';
import { decideOutcome } from './decide-outcome.js';
import { isFolder } from './is-folder.js';
import { isPlainFile } from './is-plain-file.js';
import { placeInBundle } from './place-in-bundle.js';
import { readAggregation } from './read-aggregation.js';
import { thisMachine } from './this-machine.js';
import { threadsInForce } from './threads-in-force.js';
import { toldArtifacts } from './told-artifacts.js';

/** Of processor time. What is made in less may be made again, and a task that is as short is not made to wait for a look. */
const worthTellingSeconds = 0.1;

/** What the rest of the app hears of a run. @throws when the machine, not the simulation, is at fault */
export async function buildReport(
  request: WarmedRequest,
  record: TaskRecord,
  place: {
    artifacts: string;
    log: string;
    boundary: Boundary;
    prepareMs: number;
    standby: boolean;
    filledCaches?(): Promise<FilledCache[]>;
    dispose(): Promise<void>;
  },
): Promise<RunReport> {
  const { done, entered, ready, end, limit } = record;
  mustHaveKept(end.log);
  const ended = end.event === 'ended' ? end : undefined;
  const attestation = attest(request.executor, record);
  const result = limit?.beforeResult ? undefined : done;
  const decision = decideOutcome({
    what: request.aggregate ? 'target' : 'simulation',
    stage: entered ? 'running' : ready ? 'importing' : 'starting',
    done: result,
    limit: ended?.limit ?? undefined,
    heldBytes: limit?.bytes,
    killedByKernel: ended?.oom_killed_by_kernel ?? false,
    exitCode: ended ? ended.exit_code : 0,
    signal: ended?.signal ?? null,
    ...placesOf(end, scratchPaths.around(dirname(place.log))),
    ...limitsOf(request),
    pythonVersion: request.environment.version,
  });
  const [{ artifacts: files, missing }, caches, machine, environment] = await Promise.all([
    toldArtifacts(done?.artifacts ?? [], place.artifacts),
    end.cpu_seconds < worthTellingSeconds ? [] : (place.filledCaches?.() ?? []),
    thisMachine(),
    request.environment.facts(),
  ]);
  await mustBePlain(place.log);
  const objection =
    decision.outcome !== 'succeeded'
      ? undefined
      : missing !== undefined
        ? replaced(missing)
        : await brokenDemand(request, files, place.log);
  // Of a run that failed already, a file that is not what it was is one that is not kept.
  const aggregation =
    request.aggregate && decision.outcome === 'succeeded' ? await readAggregation(files) : undefined;
  const ending =
    objection ??
    (request.aggregate && decision.outcome === 'succeeded' && aggregation === undefined
      ? replaced('aggregation')
      : decision);
  const succeeded = ending.outcome === 'succeeded';
  return {
    ...ending,
    artifacts: succeeded ? files : [],
    partial: succeeded ? [] : files,
    ...(succeeded && aggregation && { aggregation }),
    filledCaches: caches,
    ...(attestation
      ? {
          attestation: {
            ...attestation,
            ...circumstances(request),
            boundary: place.boundary,
            machine,
            environment,
          },
        }
      : {}),
    standby: place.standby,
    exit: {
      code: ended?.exit_code ?? null,
      signal: ended?.signal ?? null,
      afterResult: result !== undefined && ended !== undefined && ended.exit_code !== 0,
    },
    log: { path: place.log, bytes: end.log.bytes, omittedBytes: end.log.omitted_bytes },
    stderrTail: end.stderr_tail,
    timings: {
      prepare: place.prepareMs,
      start: ready ? Math.max(0, ready.at - record.assignedAt) : 0,
      import: done?.import_ms ?? entered?.import_ms ?? 0,
      simulate: done?.simulate_ms ?? (entered ? end.at - entered.at : 0),
      write: done?.write_ms ?? 0,
      exit: done && ended ? end.at - done.at : 0,
    },
    peakMemoryBytes: end.peak_memory_bytes,
    cpuSeconds: end.cpu_seconds,
    leftovers: ended?.leftovers ?? { killed: 0, unkillable: [] },
    dispose: place.dispose,
  };
}

/** What a task printed can decide over it (`fail_on_log`), and people look for it: without it there is no outcome. */
function mustHaveKept({ failure }: TaskRecord['end']['log']): void {
  if (failure === '') return;
  throw new Error(`Cannot keep the log of the run: ${failure}. The scratch disk must have room for it.`);
}

/** What of how it was started can make a difference to what it computes. */
function circumstances(
  request: WarmedRequest,
): Pick<Attestation, 'threads' | 'build' | 'warm_up' | 'hash_seed' | 'fixed_addresses' | 'cpu_baseline'> {
  const { warmUp, environment } = request;
  const { builtBundle } = environment;
  const baseline = baselineInForce(request);
  return {
    threads: threadsInForce(request),
    hash_seed: hashSeedInForce(request),
    ...(request.fixedAddresses && { fixed_addresses: true }),
    ...(baseline && { cpu_baseline: baseline }),
    ...(builtBundle && { build: builtBundle.digest }),
    ...(warmUp && { warm_up: warmUp.digest }),
  };
}

/** The limits that held, and the name under which each was set. */
function limitsOf({
  timeoutMs,
  timeoutSetBy = 'MODELOPS_TASK_TIMEOUT_SECONDS',
  memoryLimitBytes,
  memorySetBy = 'MODELOPS_MEM_LIMIT_BYTES',
}: RunRequest) {
  return { timeoutMs, timeoutSetBy, memoryLimitBytes, memorySetBy };
}

function replaced(name: string): Pick<RunReport, 'outcome' | 'reason'> {
  return {
    outcome: 'invalid-result',
    reason: `The output "${name}" is not the file that was written for it: the simulation changed it afterwards.`,
  };
}

function placesOf({ stack, stderr_tail: stderr }: TaskRecord['end'], around: string[]) {
  return {
    // Python's own fatal errors, of a wrong use of its C API for instance, are on standard error.
    crashedAt: placeInBundle(stack || stderr, 'crash', around),
    timedOutAt: placeInBundle(stack, 'limit', around),
  };
}

/** The log is stored whatever the outcome: what a simulation put in its place must not be. */
async function mustBePlain(log: string): Promise<void> {
  const folder = dirname(log);
  const isThere = isFolder(folder);
  if (isThere && isPlainFile(log)) return;
  await removeFolder(isThere ? log : folder);
  await mkdir(folder, { recursive: true });
  await writeFile(log, 'The simulation removed or replaced its log.\n');
}

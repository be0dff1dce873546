import type { BundleMetadata } from '../contracts/bundle/bundle-metadata.js';
import type { DeclaredDependencies } from '../contracts/bundle/declared-dependencies.js';
import type { WireSources } from '../contracts/bundle/wire-sources.js';
import type { CpuBaseline } from '../contracts/environment/cpu-baseline.js';
import type { AggregateRequest } from '../contracts/message/aggregate-request.js';
import type { StopRule } from '../contracts/message/stop-rule.js';
import type { AggregationReturn } from '../contracts/result/aggregation-return.js';
import type { Attestation } from '../contracts/result/attestation.js';
import type { FilledCache } from '../contracts/result/filled-cache.js';
import type { OutcomeKind } from '../contracts/result/outcome.js';
import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import type { PythonFacts } from '../contracts/result/python-facts.js';
import type { TableArtifact } from '../contracts/result/sim-return.js';
import type { StoredResult } from '../contracts/result/stored-result.js';
import type { CheckRequest } from '../contracts/task/check-request.js';
import type { RunExecutor } from '../contracts/task/executor.js';
import type { SimTask } from '../contracts/task/sim-task.js';

/** A bundle whose files are on this machine, complete and verified. Nothing may write below `path`. */
export interface LocalBundle {
  /** `sha256:<64 hex>` */
  digest: string;
  /** As its tasks name it, with the repository where it is in one; by its digest when absent. */
  ref?: string;
  path: string;
  metadata: BundleMetadata;
  /** Python versions that can run it, and where it says so; all of them hold. */
  pythonRanges: { range: string; file: string }[];
  /** What it declares that has to be installed beside it, file by file; all of it is needed. */
  dependencies: DeclaredDependencies[];
  /** The lock of another tool, which is not taken; absent where there is none, or the bundle has what is made of it. */
  otherLock?: { file: string; instead: string };
  /** Whether it is itself a project that is built and installed. */
  isProject?: true;
  wire: WireSources;
  /** Its models as its registry names them, `module:Class`; empty without one. */
  models: string[];
  /** What of its own files is not taken into account, each a sentence. */
  remarks: string[];
}

/** A local bundle in somebody's hands. */
export interface HeldBundle extends LocalBundle {
  /** To be called when it is no longer used: from then on it may make room for others. */
  release(): Promise<void>;
}

/** The bundles on this machine. */
export interface Bundles {
  /**
   * Brings a bundle here unless it is here already.
   *
   * @param signal aborted when it is wanted no more
   * @throws BundleUnavailable when the bundle cannot be had and trying again would not help.
   */
  ensureLocal(bundleRef: string, signal?: AbortSignal): Promise<HeldBundle>;
}

/** A Python that can run a bundle. */
export interface PythonEnvironment {
  /** Of an environment that was built: the same on every machine, wherever it lies. Undefined for the Python of all bundles. */
  id?: string;
  /** Absolute path of the interpreter. */
  python: string;
  /** For example `3.11.7`. */
  version: string;
  /** Files and folders that a process in it reads: its installation, and where it looks for modules. */
  reads: string[];
  /** What a process in it has of its own: PATH, by which `python3` is this one, and the name of a virtual or conda environment. */
  variables: Record<string, string>;
  /** The distribution that the bundle itself is installed as; undefined where it is only a folder. */
  project?: string;
  /** The bundle as its build command has left it; undefined where it has none. */
  builtBundle?: BuiltBundle;
  /** What of it decides what code computes, as it is now. */
  facts(): Promise<PythonFacts>;
  /** @throws EnvironmentFailed when numpy is installed and cannot be imported. */
  numerics(): Promise<Numerics>;
}

/** A bundle as its build command has left it. Nobody writes to it. */
export interface BuiltBundle {
  path: string;
  /** `sha256:<64 hex>` of all files in it. */
  digest: string;
}

/** What was made of a bundle once in an environment, for all its tasks. */
export interface MadeOfBundle {
  /** By what, as in `the build command`; whoever asks for it by the same words gets it. */
  what: string;
  /** Digest of what it was made from, where that is more than the bundle as it was pushed. */
  from?: string;
  bundle: LocalBundle;
  environment: PythonEnvironment;
}

/** What was stored. */
export interface Stored {
  /** Of its manifest. */
  digest: string;
  /** Bytes; 0 when it had been there. */
  size: number;
}

/** Where it is kept beside the bundle, for machines that lack it. */
export interface KeptFolders {
  /**
   * Makes a folder of what is kept.
   *
   * @param into must not be there
   * @returns whether it is there now: what cannot be used can still be made
   */
  fetch(made: MadeOfBundle, into: string): Promise<boolean>;
  /**
   * Keeps folders unless they are kept, of which `bundle` is a copy of the bundle with what was made of it.
   *
   * @param folders their names in `root`, which can be written to
   * @param again whether they are kept in the place of what is there
   */
  keep(
    made: MadeOfBundle,
    folders: { root: string; names: string[] },
    options: { again: boolean },
  ): Promise<Stored>;
}

/** Of an environment what is to be known before its libraries can be held to a common instruction set. */
export interface Numerics {
  /** Between which numpy chooses on this machine, by its own names; none where it is not installed. */
  numpyFeatures: string[];
  /** Versions of the OpenBLAS that numpy and scipy bring, as in `0.3.30`. */
  openblas: string[];
}

export interface Environments {
  /** The interpreter of bundles without an environment of their own. @throws EnvironmentFailed */
  base(): Promise<PythonEnvironment>;
  /**
   * An interpreter of the right version in which everything that the bundle declares is installed.
   *
   * @param onBuild called once when its environment is still to be built, and is waited for
   * @throws EnvironmentFailed when there is none and trying again would not help.
   */
  forBundle(bundle: LocalBundle, onBuild?: () => void): Promise<PythonEnvironment>;
}

/** An environment in the store of bundles, where machines find it that lack it. */
export interface KeptEnvironment {
  id: string;
  python: { version: string; platform: string };
  /** Of its manifest; of a bundle that runs in the Python of all bundles, that of what its build command or its warm-up left. */
  digest: string;
  /** Bytes that were stored, with what build command and warm-up left; absent when all had been there. */
  size?: number;
}

export interface KeepsEnvironments {
  /**
   * Builds the environment of a bundle unless it is here, makes its bytecode, and stores it for machines that lack it, unless it is there;
   * and so with what its build command leaves.
   *
   * @param again whether it is stored in the place of one that is there
   * @param also keeps what else its tasks begin with
   * @returns undefined when there is nothing to keep: the bundle declares no packages and names no build command
   * @throws EnvironmentFailed when it cannot be built; another error when it may be later, or cannot be stored.
   */
  keep(
    bundle: LocalBundle,
    options: { again: boolean; also?: (environment: PythonEnvironment) => Promise<Stored | undefined> },
  ): Promise<KeptEnvironment | undefined>;
}

/** One output as a file in the attempt's scratch folder. */
export interface ArtifactFile {
  /** The name that the simulation gave it. */
  name: string;
  path: string;
  /** Bytes. */
  size: number;
  contentType: string;
  /** Hex. */
  blake2b256: string;
  /** Hex: what Blob storage checks. */
  md5: string;
}

export interface RunAggregate {
  /** `module:function` or `module/function` */
  target: string;
  /** Of ModelOps, which the target's answer carries. */
  aggregationId: string;
  /** What a plain target gets besides the results: any JSON. */
  targetData: unknown;
  /** The results, with the names of their outputs' files. */
  simReturns: {
    task_id: string;
    outputs: Record<string, { path: string; size: number; checksum: string; content_type: string }>;
  }[];
  /** Puts these files into an empty folder. */
  bring(folder: string): Promise<void>;
}

export interface RunRequest {
  /** Unique for each try: names the scratch folder and the attempt's blobs. */
  attempt: string;
  task: SimTask;
  executor: RunExecutor;
  /** When given, the bundle is tried out instead of run. */
  check?: CheckRequest;
  /** When given, a target is called instead of the wire function, with results that others have made. */
  aggregate?: RunAggregate;
  bundle: LocalBundle;
  environment: PythonEnvironment;
  timeoutMs: number;
  /** Who has set it, as people are told; the app's setting when absent. */
  timeoutSetBy?: string;
  memoryLimitBytes: number;
  /** As for the time. */
  memorySetBy?: string;
  /** That numerical libraries may use. */
  threads: number;
  /** Whether it runs without address randomisation. */
  fixedAddresses?: boolean;
  /** The instruction sets to which libraries are held; `native` when absent. */
  cpuBaseline?: CpuBaseline;
  /** Is told in which file there is what the task prints, from now on while it runs. */
  onLog?: (path: string) => void;
}

/** How a run ended. Success and failure have the same fields, so that nothing has to be looked for in two places. */
export interface RunReport {
  outcome: Extract<
    OutcomeKind,
    | 'succeeded'
    | 'simulation-failed'
    | 'timed-out'
    | 'out-of-memory'
    | 'crashed'
    | 'no-result'
    | 'invalid-result'
    | 'cancelled'
    | 'environment-failed'
    | 'target-failed'
  >;
  /** One sentence; empty on success. */
  reason: string;
  /** The original error, when the simulation or its loading raised one. */
  error?: { errorType: string; message: string; traceback: string };
  /** The result; empty unless it succeeded. */
  artifacts: ArtifactFile[];
  /** What a run that failed still wrote, each file whole: kept beside its log, and never a result. Empty on success. */
  partial: ArtifactFile[];
  /** What the target answered; only of an aggregation that succeeded. */
  aggregation?: AggregationReturn;
  /** Caches of libraries that went with its folders; empty where a process that is kept ran it. */
  filledCaches: FilledCache[];
  /** Absent only when the process ended before it could say who it is. */
  attestation?: Attestation;
  /** Whether its process had been started ahead. */
  standby: boolean;
  exit: {
    code: number | null;
    /** For example `SIGSEGV`. */
    signal: string | null;
    /** True when the process failed after its result was complete: recorded, without undoing the result. */
    afterResult: boolean;
  };
  /** The captured descriptors 1 and 2, head and tail, in a file. */
  log: { path: string; bytes: number; omittedBytes: number };
  /** The last 8 KiB of descriptor 2. */
  stderrTail: string;
  /** Milliseconds. */
  timings: {
    /** Folders, working copy, and meanwhile the interpreter's start. */
    prepare: number;
    /** Task handed over → the process has said who it is; 0 when it was waiting for the task. */
    start: number;
    /** Bundle's wire function found and imported. */
    import: number;
    /** Inside the wire function. */
    simulate: number;
    /** Outputs encoded, hashed, written. */
    write: number;
    /** Result complete → process and everything it started gone. */
    exit: number;
  };
  peakMemoryBytes: number;
  cpuSeconds: number;
  leftovers: { killed: number; unkillable: number[] };
  /** Removes the attempt's scratch folder. */
  dispose(): Promise<void>;
}

/** Runs tasks in Python processes. */
export interface Executor {
  /**
   * @param signal aborted when the run must end now (cancelled), with `NoLongerWanted` as its reason where it may write what it has before;
   * rejects when there was no process for it yet.
   * @throws ForkRefused when the task was to be forked and must not be.
   */
  run(request: RunRequest, signal: AbortSignal): Promise<RunReport>;
  /** Ends every process that it still holds. */
  close(): Promise<void>;
  /** For a worker that exits in this very moment: removes its folder; its processes end with it. */
  abandon(): void;
}

export interface KeepsWarmUps {
  /**
   * Keeps what a bundle's warm-up leaves for machines that lack it, unless it is kept; it runs when none has run here.
   *
   * @param again whether it is kept in the place of what is there
   * @returns undefined when the bundle names none, or nothing is kept here
   */
  keepWarmUp(
    request: RunRequest,
    options: { again: boolean },
    signal: AbortSignal,
  ): Promise<Stored | undefined>;
}

/** A program of ours that takes the place of the runner: with the folders, environment and limits of a task. */
export interface Program {
  /** Absolute path of a Python file of the standard library alone; it gets the path of `input` as its one argument. */
  script: string;
  /**
   * What it is to do, as JSON.
   *
   * @param place the bundle's working copy, and the folder that it writes to, as it finds them
   */
  input(place: { bundle: string; outputs: string }): unknown;
  /** A file in `outputs` to which it writes at least once in the time that a task may take. */
  pulse: string;
}

/** How a program ended. */
export interface ProgramReport {
  /** The folder to which it has written. */
  outputs: string;
  exit: { code: number | null; signal: string | null };
  /** What it met: its time without a sign of life, or its memory. */
  limit: 'timed-out' | 'out-of-memory' | undefined;
  /** The last 8 KiB of descriptor 2. */
  stderrTail: string;
  /** Of Python, where it crashed or was ended. */
  stack: string;
  peakMemoryBytes: number;
  /** Removes the folders. */
  dispose(): Promise<void>;
}

export interface RunsPrograms {
  /**
   * Runs a program where a task of this request would run cold.
   *
   * @throws the signal's reason when it is aborted; an error when the program cannot be started
   */
  runProgram(request: RunRequest, program: Program, signal: AbortSignal): Promise<ProgramReport>;
}

export interface FoundResult {
  stored: StoredResult;
  /** How other documents name it. */
  reference: string;
}

/**
 * Which of the results of one key count: what any task made with the same packages, or, of a task that is to run whatever is
 * stored, what its own run has made.
 */
export type Counting =
  /** @property packages is asked only when there is a result; undefined when nobody can tell, and then none counts. */
  { packages: () => Promise<string | undefined> } | { run: JobRun };

export interface ResultStore {
  /** @throws ResultDamaged when it is there and cannot be read. */
  find(resultKey: string, counting: Counting): Promise<FoundResult | undefined>;
  /** Streams artifacts to the attempt's own place. Returns each name's reference. */
  putArtifacts(resultKey: string, attempt: string, artifacts: ArtifactFile[]): Promise<Map<string, string>>;
  /** Of those that count, the first writer wins: returns what is stored, which is the winner's when `won` is false. */
  commit(result: StoredResult, counting: Counting): Promise<FoundResult & { won: boolean }>;
  discardAttempt(resultKey: string, attempt: string): Promise<void>;
  /**
   * Stored results by their names; undefined in the place of one that is not there.
   *
   * @throws ResultDamaged when one cannot be read.
   */
  named(names: string[]): Promise<(StoredResult | undefined)[]>;
  /**
   * Streams outputs of stored results to files that are not there yet.
   *
   * @throws ResultDamaged when one is not there, or is not what was stored.
   */
  bring(files: { artifact: TableArtifact; path: string }[], signal: AbortSignal): Promise<void>;
}

/** Where a task stands: which run of which job. */
export interface JobRun {
  jobId: string;
  run: string;
}

export interface JobRecords {
  /** Created once; the first one stays. @returns whether it is this one. */
  recordOutcome(record: OutcomeRecord): Promise<boolean>;
  /** How a task, or an aggregation, has ended in a run; undefined while it has not. */
  findOutcome(run: JobRun, taskId: string, kind: 'task' | 'aggregation'): Promise<OutcomeRecord | undefined>;
  /** Counts a task among those of its run that have failed, and cancels the rest when there are as many as the rule says. */
  countFailure(run: JobRun, rule: StopRule, task: { taskId: string; paramId: string }): Promise<void>;
  /** @returns the log's reference. */
  putLog(
    run: JobRun,
    taskId: string,
    attempt: string,
    logPath: string,
    abortSignal?: AbortSignal,
  ): Promise<string>;
  /** Keeps what a failed attempt still wrote. Returns each name's reference. */
  putPartial(
    run: JobRun,
    taskId: string,
    attempt: string,
    files: ArtifactFile[],
  ): Promise<Map<string, string>>;
  /** What an attempt waits for, or has: the environment of its bundle. */
  recordBuild(run: JobRun, taskId: string, attempt: string, state: 'building' | 'built'): Promise<void>;
  recordInterruption(run: JobRun, taskId: string, attempt: string, reason: string): Promise<void>;
  /** Stores a message that will not be tried again, whole. */
  refuse(refused: RefusedMessage): Promise<void>;
  /**
   * A body that was too large for the queue.
   * @param name `bodies/<sha256>`
   * @throws BodyUnavailable
   */
  readBody(name: string): Promise<Uint8Array>;
}

/** A replicate, and how it stands in its job. */
export interface StandingReplicate {
  taskId: string;
  outcome: OutcomeKind;
  /** Names its result; only when it succeeded. */
  result: string | undefined;
}

/** The parameter sets of jobs that are to be compared with targets. */
export interface ReplicateSets {
  /**
   * Notes that a task has ended.
   *
   * @param isFirst whether the record is the one that stays of the task in its run
   * @returns all replicates of the set; undefined while some of them have not ended
   */
  end(
    record: OutcomeRecord,
    set: { id: string; replicates: number },
    isFirst: boolean,
  ): Promise<StandingReplicate[] | undefined>;
  /** Whether an aggregation has ended in a run. */
  isAggregated(run: JobRun, id: string): Promise<boolean>;
  send(request: AggregateRequest): Promise<void>;
}

/** Which tasks nobody wants any more. */
export interface Cancellations {
  /** Resolves when it is known what was cancelled until a few seconds ago. */
  known(): Promise<void>;
  /** Why a task is not to run, one sentence; undefined while it is wanted, as far as is known. */
  reasonFor(run: JobRun, taskId: string, paramId: string): string | undefined;
  /** The same of all tasks of a run. */
  reasonForRun(run: JobRun): string | undefined;
  /**
   * @param onCancelled called once when it becomes known that the task is not wanted
   * @returns ends the watching
   */
  watch(run: JobRun, taskId: string, paramId: string, onCancelled: () => void): () => void;
}

/** Those who follow what tasks print while they run. */
export interface Followers {
  /**
   * A task prints into a file.
   *
   * @returns to be called when it no longer does: from then on nothing is stored of it, once that has resolved, which takes two seconds at most
   */
  printing(run: JobRun, taskId: string, attempt: string, path: string): () => Promise<void>;
}

/** Checks what reused processes answer, and knows of which bundles that was wrong. */
export interface WarmGuard {
  /** Whether a task that reuses a process is run in a fresh one, too. */
  checks(taskId: string): boolean;
  /** Resolves when it is known what was found until a few seconds ago, by any worker. */
  known(): Promise<void>;
  /** Why the tasks of a bundle run cold, one sentence; undefined while nothing was found. */
  reasonFor(bundleDigest: string): string | undefined;
  /** Keeps for all workers that a bundle leaks; for this one at once, and also while that cannot be stored. @param reason one sentence */
  accuse(bundleDigest: string, reason: string, taskId: string): Promise<void>;
}

/** Is told what tasks of a run are doing, and sums it up for whoever follows the run. Nobody waits for what it does. */
export interface Progress {
  /** A task has begun to run. @returns to be called when it no longer does */
  begun(run: JobRun, task: Pick<OutcomeRecord, 'task_id' | 'params' | 'seed'>): () => void;
  /** @param first whether this is the record that stays: of several deliveries of a task one counts */
  ended(record: OutcomeRecord, first: boolean): void;
}

export interface RefusedMessage {
  messageId: string;
  why: 'invalid' | 'poison';
  reason: string;
  /** For example `params.values.beta`; empty when the whole message is meant. */
  field: string;
  body: Uint8Array;
  receivedAt: Date;
  /** When it was put into the queue; undefined where nobody says. */
  insertedAt: Date | undefined;
  dequeueCount: number;
}

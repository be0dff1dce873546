import { rmSync } from 'node:fs';
import type {
  Executor,
  KeepsWarmUps,
  KeptFolders,
  RunReport,
  RunRequest,
  RunsPrograms,
} from '../simulation/ports.js';
import { heldNumpyFeatures } from './baseline/held-numpy-features.js';
import type { ExecutorContext } from './executor-context.js';
import { runForked } from './forked/run-forked.js';
import { createTemplates, type TemplateLimits } from './forked/templates.js';
import { kindOfTask } from './kind-of-task.js';
import { runOnce } from './once/run-once.js';
import { createStandbyRunners, type StandbyLimits } from './once/standby-runners.js';
import { createBytecode } from './place/bytecode.js';
import { type PlaceRunner, placeRunner } from './place/place-runner.js';
import { scratchPaths } from './place/scratch-paths.js';
import { createWorkerFolder, leaveWorkerFolder, type WorkerFolder } from './place/worker-folder.js';
import { defaultSandbox, type Sandbox, sandboxFlags } from './process/sandbox.js';
import { type Supervisor, startSupervisor } from './process/supervisor.js';
import { runWarm } from './warm/run-warm.js';
import { createWarmProcesses, type WarmLimits } from './warm/warm-processes.js';
import type { WarmedRequest } from './warm-up/warm-up.js';
import { createWarmUps } from './warm-up/warm-ups.js';

export interface ExecutorOptions {
  /** Absolute path of the interpreter (3.9 or later) that runs the supervisor; tasks have their own. */
  python: string;
  /** Where working copies and outputs live while a task runs. */
  scratchRoot: string;
  /** Variables of the app that every task gets. None when absent. */
  passed?: Record<string, string>;
  /** Time between TERM and KILL when a task is ended at its time limit. Default 5000. */
  graceMs?: number;
  /** Processes that are started, or forked, before there is a task for them. None when absent. */
  standby?: StandbyLimits;
  /** For bundles that ask to be forked. */
  templates?: TemplateLimits;
  /** Where what warm-ups left is kept for machines that lack it; without it, each runs here. */
  kept?: KeptFolders;
  /** For `isolated_warm`. */
  warm: WarmLimits;
  /** What keeps a simulation from the app and from other simulations. That of `defaultSandbox` when absent. */
  sandbox?: Sandbox;
}

export interface PythonExecutor extends Executor, KeepsWarmUps, RunsPrograms {
  /** Starts what every task needs, ahead of the first one, which does it otherwise. */
  prepare(): Promise<void>;
}

/**
 * Runs tasks in Python processes. Starts nothing before `prepare`, or the first task. A supervisor that died is replaced with the next
 * task; runs that it took along reject, and may be tried again.
 */
export function createExecutor(options: ExecutorOptions): PythonExecutor {
  let supervisor: Supervisor | undefined;
  let preparing: Promise<ExecutorContext> | undefined;
  let prepared: WorkerFolder | undefined;
  let closing: Promise<void> | undefined;
  const { sandbox = defaultSandbox } = options;
  const running = new Set<Promise<unknown>>();
  const isolated = createWarmProcesses(options.warm);
  const standby = createStandbyRunners(options.standby ?? { most: 0, unusedMs: 0 });
  const noStandby = createStandbyRunners({ most: 0, unusedMs: 0 });
  const templates = createTemplates(options.templates ?? { most: 1, unusedMs: 60_000 });
  const direct = createWarmProcesses({ maxReuse: Infinity, ttlMs: Infinity, maxProcesses: 1 });
  const prepare = async (): Promise<ExecutorContext> => {
    const folder = await createWorkerFolder(options.scratchRoot);
    prepared = folder;
    const place = await scratchPaths.makePlace(options.scratchRoot);
    return {
      supervisor() {
        // What was started ahead may still be on its way.
        if (closing) throw new Error('Cannot start a process: the executor has been closed.');
        if (!supervisor?.alive)
          supervisor = startSupervisor(options.python, folder.name, [
            ...['--place', place, '--attempts', folder.path],
            ...sandboxFlags(sandbox),
          ]);
        return supervisor;
      },
      folder,
      bytecode: createBytecode(folder),
      passed: options.passed ?? {},
      graceMs: options.graceMs ?? 5000,
      requireSandbox: sandbox.required,
    };
  };
  const runIn = (
    context: ExecutorContext,
    request: WarmedRequest,
    signal: AbortSignal,
  ): Promise<RunReport> => {
    switch (request.executor) {
      case 'cold': {
        const place: PlaceRunner = (when) => placeRunner(context, request, when);
        // What stands by has loaded the model, which a target need not want.
        const ahead = request.aggregate ? noStandby : standby;
        return runOnce(context, ahead, kindOfTask(request), request, place, signal);
      }
      case 'forkserver':
        return runForked(context, templates, standby, request, signal);
      case 'isolated_warm':
        return runWarm(context, isolated, request, signal);
      case 'direct':
        return runWarm(context, direct, request, signal);
    }
  };
  const warmUps = createWarmUps(
    options.scratchRoot,
    async (request, signal) => {
      const context = await ready();
      const place: PlaceRunner = (when) => placeRunner(context, request, when);
      return runOnce(context, noStandby, '', request, place, signal);
    },
    options.kept,
  );
  const ready = (): Promise<ExecutorContext> => {
    preparing ??= prepare().catch((error: unknown) => {
      preparing = undefined; // the disk may have room when the task comes back
      throw error;
    });
    return preparing;
  };
  async function warmed(request: RunRequest, signal: AbortSignal): Promise<WarmedRequest> {
    const begins = await beginning(request);
    const warmUp = await warmUps.of(begins, signal);
    return warmUp ? { ...begins, warmUp, bundle: { ...request.bundle, path: warmUp.bundle } } : begins;
  }
  /** What runs is waited for when the executor is closed, and its report outlives that. */
  async function reported<Report extends { dispose(): Promise<void> }>(
    start: (context: ExecutorContext) => Promise<Report>,
  ): Promise<Report> {
    if (closing) throw new Error('Cannot run a task: the executor has been closed.');
    const run = async () => {
      const context = await ready();
      const report = await start(context);
      // The folder was kept for it, where the executor has been closed meanwhile.
      const leave = () => (closing ? leaveWorkerFolder(context.folder) : undefined);
      return { ...report, dispose: () => report.dispose().then(leave) };
    };
    const runs = run();
    running.add(runs);
    try {
      return await runs;
    } finally {
      running.delete(runs);
    }
  }
  return {
    async prepare() {
      (await ready()).supervisor();
    },
    run(request, signal) {
      return reported(async (context) => runIn(context, await warmed(request, signal), signal));
    },
    runProgram(request, program, signal) {
      return reported(async (context) => {
        // No worker of the app ever needs it.
        const { runProgram } = await import('./once/run-program.js');
        return runProgram(context, await warmed(request, signal), program, signal);
      });
    },
    async keepWarmUp(request, options, signal) {
      return warmUps.keep(await beginning(request), options, signal);
    },
    close() {
      closing ??= (async () => {
        await Promise.all([
          supervisor?.close(), // ends what runs, which is reported as cancelled
          standby.close(),
          templates.close(),
          isolated.close(),
          direct.close(),
          warmUps.close(),
        ]);
        // One that was on its way makes its folder, finds that nothing can be started any more, and may give back what it took.
        await Promise.allSettled(running);
        await standby.close();
        if (!preparing) return;
        const { folder, bytecode } = await preparing;
        await bytecode.close();
        await leaveWorkerFolder(folder);
      })();
      return closing;
    },
    abandon() {
      if (prepared) rmSync(prepared.path, { recursive: true, force: true });
    },
  };
}

/** With the bundle as its build command has left it. */
async function beginning(request: RunRequest): Promise<WarmedRequest> {
  const { builtBundle } = request.environment;
  const numpyFeatures = await heldNumpyFeatures(request);
  return builtBundle === undefined
    ? { ...request, numpyFeatures }
    : { numpyFeatures, ...request, bundle: { ...request.bundle, path: builtBundle.path } };
}

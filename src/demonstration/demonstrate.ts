import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { FoundPython } from '../environments/find-python.js';
import { watchJob } from '../jobs/reading/watch-job.js';
import { newRunId } from '../jobs/submission/new-run-id.js';
import { batchSizeSetting } from '../local-app/batch-size-setting.js';
import { ownSettings } from '../local-app/own-settings.js';
import { checkHost, startHost } from '../local-app/start-host.js';
import { startLocalServices } from '../local-app/start-local-services.js';
import { whileHosted } from '../local-app/while-hosted.js';
import type { Logger } from '../local-host/logger.js';
import { type ComparedSet, compareAnswers } from './compare-answers.js';
import { type DemoModel, demoModel } from './demo-model.js';
import { type DiagnosedDemo, diagnoseDemo } from './diagnose-demo.js';
import { mustBeIsolated } from './must-be-isolated.js';
import { mustBeTheSame, type Repeated } from './must-be-the-same.js';
import { type Leaked, mustHaveLeaked } from './must-have-leaked.js';
import { type GridRun, runGrid, type Watch } from './run-grid.js';

export interface DemonstrationOptions {
  /** A shell's environment: of its settings only MODELOPS_PYTHON counts. */
  env: NodeJS.ProcessEnv;
  /** Host the app on Azure Functions Core Tools instead of the embedded host. */
  func: boolean;
  /** Is told what the host says. */
  logger: Logger;
  /** Folder in which each job's results get a folder. */
  to: string;
  watch: Watch;
}

/** What the demonstration has come to, in this order. */
export type DemonstrationStep =
  | { step: 'building' }
  | { step: 'built'; model: DemoModel; python: FoundPython }
  | { step: 'running'; executor: 'cold' | 'isolated_warm' }
  | { step: 'ran-cold'; cold: GridRun }
  | { step: 'isolated'; cold: GridRun; processes: number }
  | { step: 'ran-again'; repeated: Repeated }
  | { step: 'ran-warm'; sets: ComparedSet[] }
  | { step: 'leaked'; cold: GridRun; warm: GridRun; leaked: Leaked }
  | { step: 'diagnosing' }
  | { step: 'diagnosed'; diagnosed: DiagnosedDemo };

type RunJob = (job: { jobId: string; to: string; again?: boolean }, watch?: Watch) => Promise<GridRun>;

const unseen: Watch = (storage, job, signal) => watchJob(storage, job, signal, () => {});

/**
 * The whole demonstration: the same grid in fresh processes and in one reused process, where the answers differ, and
 * which variable of the model does it.
 *
 * @throws Error when something is missing, or when it does not show what it promises.
 */
export async function* demonstrate(
  { env, func, logger, to, watch }: DemonstrationOptions,
  signal: AbortSignal,
): AsyncGenerator<DemonstrationStep> {
  const settings = ownSettings(env, 'everything');
  await checkHost({ func }, settings);

  yield { step: 'building' };
  const services = await startLocalServices(settings);
  try {
    const model = await demoModel(services, signal);
    signal.throwIfAborted();
    yield { step: 'built', model, python: services.python };

    const name = `demo-${newRunId()}`;
    const hosted = async <Result>(
      executor: NodeJS.ProcessEnv,
      work: (run: RunJob) => Promise<Result>,
    ): Promise<Result> => {
      const appEnv = { ...services.env, ...executor, MODELOPS_JOB_TABLES_BYTES: '0' };
      const host = await startHost({ func, env: appEnv, logger }, signal);
      return whileHosted(host, signal, (stillHosted) =>
        work((job, watchIt = watch) =>
          runGrid({ ...job, bundleRef: model.ref, env: appEnv }, watchIt, stillHosted),
        ),
      );
    };

    yield { step: 'running', executor: 'cold' };
    const atOnce = Math.min(availableParallelism(), 4);
    const appIsCold = { MODELOPS_EXECUTOR_TYPE: 'cold', [batchSizeSetting]: String(atOnce) };
    const { cold, repeated } = await hosted(appIsCold, async (run) => {
      const cold = await run({ jobId: name, to });
      const again = { jobId: `${name}-again`, to: join(services.folder, 'again'), again: true };
      return { cold, repeated: await run(again, unseen) };
    });
    yield { step: 'ran-cold', cold };
    yield { step: 'isolated', cold, processes: mustBeIsolated(cold) };
    yield { step: 'ran-again', repeated: mustBeTheSame(cold, repeated) };

    yield { step: 'running', executor: 'isolated_warm' };
    const appIsWarm = {
      MODELOPS_EXECUTOR_TYPE: 'isolated_warm',
      MODELOPS_RECYCLE_AFTER_TASKS: '0',
      MODELOPS_RECYCLE_AFTER_MINUTES: '0',
      [batchSizeSetting]: '1',
    };
    const warm = await hosted(appIsWarm, (run) => run({ jobId: `${name}-warm`, to }));
    const sets = compareAnswers(cold.answers, warm.answers);
    yield { step: 'ran-warm', sets };
    yield { step: 'leaked', cold, warm, leaked: mustHaveLeaked(cold, warm, sets) };

    yield { step: 'diagnosing' };
    yield { step: 'diagnosed', diagnosed: await diagnoseDemo(model, services.env, signal) };
  } finally {
    await services.stop();
  }
}

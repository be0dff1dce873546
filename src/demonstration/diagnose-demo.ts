import { availableParallelism } from 'node:os';
import { readSettings } from '../config/read-settings.js';
import { openCache, openStore } from '../connections/open-bundles.js';
import { diagnose } from '../diagnosis/diagnose.js';
import type { Leak } from '../diagnosis/diagnosis.js';
import { gridTasks } from '../jobs/submission/grid-tasks.js';
import { type DemoModel, demoGrid } from './demo-model.js';

/** What was wrong, found without knowing the model: the grid's parameter sets, one task each, cold and reused. */
export interface DiagnosedDemo {
  leak: Leak;
  seconds: number;
}

/**
 * Looks for the demonstration's leak as `mops-cold diagnose` does.
 *
 * @throws Error when there is none: a demonstration that shows something else is none.
 */
export async function diagnoseDemo(
  { ref }: Pick<DemoModel, 'ref'>,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<DiagnosedDemo> {
  const { settings } = readSettings(env);
  const { entrypoint, axes } = demoGrid;
  const tasks = gridTasks({ entrypoint, bundleRef: ref, axes, seeds: undefined, replicates: 1 });
  const bundle = await openCache(settings, await openStore(settings, { env, signal })).ensureLocal(
    ref,
    signal,
  );
  const quiet = { done: () => undefined, note: () => undefined };
  const atOnce = Math.min(availableParallelism(), 4);
  const { leak, seconds, verdict } = await diagnose(
    settings,
    bundle,
    tasks,
    { atOnce },
    quiet,
    signal,
  ).finally(bundle.release);
  if (leak === undefined)
    throw new Error(
      `Cannot show what was promised: the diagnosis says that the model is ${verdict}, and it was to find a leak.`,
    );
  return { leak, seconds };
}

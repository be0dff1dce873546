import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Settings } from '../config/settings.js';
import { parseDocument } from '../contracts/json/parse-document.js';
import type { WireFunction } from '../contracts/result/attestation.js';
import { CheckReport, type CheckReport as Report } from '../contracts/task/check-request.js';
import type { RunExecutor } from '../contracts/task/executor.js';
import { withLocalExecutor } from '../local-run/with-local-executor.js';
import { defaultMemoryLimit } from '../runner/memory/default-memory-limit.js';
import { newAttempt } from '../simulation/new-attempt.js';
import type { LocalBundle, PythonEnvironment, RunReport } from '../simulation/ports.js';
import { runLimits } from '../simulation/run-limits.js';
import { checkTask } from './check-task.js';
import type { CheckedNames } from './checked-names.js';

/** Importing a model takes seconds; one that takes longer than this would be unbearable as a task. */
const timeoutMs = 300_000;

export type TriedOut =
  | {
      report: Report;
      /** The function that its tasks would run. */
      wire: WireFunction | undefined;
    }
  | { failed: Pick<RunReport, 'outcome' | 'reason' | 'error' | 'stderrTail'> };

/**
 * Imports what a bundle's tasks name, in a fresh process as a task would have it, and runs none of it.
 *
 * @throws ForkRefused under `forkserver`
 */
export async function tryOut(
  settings: Settings,
  bundle: LocalBundle,
  environment: PythonEnvironment,
  names: CheckedNames,
  signal: AbortSignal,
  executor: RunExecutor = 'cold',
): Promise<TriedOut> {
  const { check, ...task } = checkTask(bundle.digest, names, randomUUID());
  const memoryLimitBytes = settings.MODELOPS_MEM_LIMIT_BYTES ?? (await defaultMemoryLimit(1));
  const threads = settings.MODELOPS_THREADS_PER_TASK;
  return withLocalExecutor(settings, environment, async (processes) => {
    const run = await processes.run(
      {
        attempt: newAttempt(),
        task,
        check,
        executor,
        bundle,
        environment,
        fixedAddresses: settings.MODELOPS_FIXED_ADDRESSES,
        cpuBaseline: settings.MODELOPS_CPU_BASELINE,
        ...runLimits({ timeoutMs, memoryLimitBytes, threads }, bundle.metadata, {}),
      },
      signal,
    );
    try {
      signal.throwIfAborted();
      const [artifact] = run.artifacts;
      if (run.outcome !== 'succeeded' || artifact === undefined) return { failed: run };
      return {
        report: parseDocument(CheckReport, await readFile(artifact.path, 'utf8'), 'The check'),
        wire: run.attestation?.wire,
      };
    } finally {
      await run.dispose();
    }
  });
}

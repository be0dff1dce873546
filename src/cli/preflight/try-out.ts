import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import type { Settings } from '../../config/settings.js';
import { CheckReport, type CheckReport as Report } from '../../contracts/check-request.js';
import { parseDocument } from '../../contracts/parse-document.js';
import { createExecutor } from '../../runner/create-executor.js';
import { defaultMemoryLimit } from '../../runner/default-memory-limit.js';
import { newAttempt } from '../../simulation/new-attempt.js';
import type { LocalBundle, PythonEnvironment, RunReport } from '../../simulation/ports.js';
import { checkTask } from './check-task.js';
import type { CheckedNames } from './checked-names.js';

/** Importing a model takes seconds; one that takes longer than this would be unbearable as a task. */
const timeoutMs = 300_000;

export type TriedOut = { report: Report } | { failed: Pick<RunReport, 'outcome' | 'reason' | 'error'> };

/** Imports what a bundle's tasks name, in a fresh process as a task would have it, and runs none of it. */
export async function tryOut(
  settings: Settings,
  bundle: LocalBundle,
  environment: PythonEnvironment,
  names: CheckedNames,
  signal: AbortSignal,
): Promise<TriedOut> {
  await mkdir(settings.MODELOPS_SCRATCH_DIR, { recursive: true });
  const executor = createExecutor({
    python: environment.python,
    scratchRoot: settings.MODELOPS_SCRATCH_DIR,
    threadsPerTask: settings.MODELOPS_THREADS_PER_TASK,
    warm: { maxReuse: 1, ttlMs: 1_000, maxProcesses: 1 },
  });
  try {
    const { check, ...task } = checkTask(bundle.digest, names, randomUUID());
    const run = await executor.run(
      {
        attempt: newAttempt(),
        task,
        check,
        executor: 'cold',
        bundle,
        environment,
        timeoutMs,
        memoryLimitBytes: settings.MODELOPS_MEM_LIMIT_BYTES ?? (await defaultMemoryLimit(1)),
      },
      signal,
    );
    try {
      signal.throwIfAborted();
      const [artifact] = run.artifacts;
      if (run.outcome !== 'succeeded' || artifact === undefined) return { failed: run };
      return { report: parseDocument(CheckReport, await readFile(artifact.path, 'utf8'), 'The check') };
    } finally {
      await run.dispose();
    }
  } finally {
    await executor.close();
  }
}

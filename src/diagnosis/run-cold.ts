import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimTask } from '../contracts/task/sim-task.js';
import type { RunTask } from '../local-run/task-place.js';
import type { Answer, OutputFile } from './answer.js';
import { digestOf } from './digest-of.js';

const raised = ['simulation-failed', 'invalid-result', 'environment-failed', 'out-of-memory'];

/**
 * Runs a task in a fresh process.
 *
 * @param folder in which its outputs are kept; absent or empty
 */
export async function runCold(
  run: RunTask,
  task: SimTask,
  folder: string,
  signal: AbortSignal,
): Promise<Answer> {
  const report = await run(task, signal);
  try {
    const { outcome, reason, error, artifacts } = report;
    if (outcome !== 'succeeded') {
      if (error && raised.includes(outcome))
        return {
          kind: 'raised',
          error: { type: error.errorType, message: error.message, traceback: error.traceback },
        };
      return { kind: 'ended', outcome, reason };
    }
    await mkdir(folder, { recursive: true });
    const outputs: Record<string, OutputFile> = {};
    for (const [index, { name, path, size, contentType }] of artifacts.entries()) {
      const kept = join(folder, String(index));
      await copyFile(path, kept);
      outputs[name] = { path: kept, size, digest: await digestOf(kept), contentType };
    }
    return { kind: 'returned', outputs };
  } finally {
    await report.dispose();
  }
}

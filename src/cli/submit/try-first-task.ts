import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../config/settings.js';
import { builtAhead } from '../../connections/built-ahead.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { firstLine } from '../../local-run/first-line.js';
import { runOneTask } from '../../local-run/run-one-task.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import { formatDuration } from '../../reporting/format-duration.js';
import type { Bundles } from '../../simulation/ports.js';
import type { CliContext } from '../cli-context.js';
import { formatTable } from '../terminal/format-table.js';
import type { Output } from '../terminal/output.js';

/** What the first task of a submission made here. */
export interface TriedTask {
  task_id: string;
  /** From the start of its process to its end. */
  seconds: number;
  outputs: { name: string; size: number; content_type: string; first_line: string | null }[];
}

/**
 * Runs a submission's first task here, as the app would, and shows its outputs. Nothing of it is kept.
 *
 * @throws Error that says why it failed
 */
export async function tryFirstTask(
  {
    settings,
    bundles,
    task,
    verb,
  }: {
    settings: Settings;
    bundles: Bundles;
    task: SimTask;
    verb: 'submit' | 'run';
  },
  { output, context }: { output: Output; context: CliContext },
): Promise<TriedTask> {
  output.note('Running the first task here before anything is sent (--try).');
  const { signal } = context;
  const folder = await mkdtemp(join(tmpdir(), 'mops-cold-try-'));
  try {
    const bundle = await bundles.ensureLocal(task.bundle_ref, signal);
    const options = { to: folder, builtAhead: builtAhead(settings, context, output.note) };
    const ran = await runOneTask(settings, task, bundle, options, signal).finally(bundle.release);
    if (ran.outcome !== 'succeeded') {
      const details = ran.error?.traceback || ran.stderr_tail;
      if (details) output.note(details.trimEnd());
      throw new Error(
        `Cannot ${verb}: its first task was run here, and ended as ${ran.outcome}. Nothing was sent.\n  Task ${ran.task_id}: ${ran.reason}\nPut it right; without --try it is sent all the same.`,
      );
    }
    const made = await Promise.all(
      Object.entries(ran.artifacts).map(async ([name, { file, ...facts }]) => {
        const line = await firstLine(join(ran.folder, file));
        return { name, file, ...facts, first_line: line ?? null };
      }),
    );
    const took = formatDuration(ran.timings.simulate / 1000);
    output.note(`Task ${ran.task_id} succeeded here, ${took} in the simulation:`);
    // As files: a name may have anything in it.
    const rows = made.map((one) => [one.file, formatBytes(one.size), one.first_line ?? one.content_type]);
    output.note(formatTable(['output', 'size', 'begins with'], rows));
    const outputs = made.map(({ name, size, content_type, first_line }) => ({
      name,
      size,
      content_type,
      first_line,
    }));
    const seconds = Object.values(ran.timings).reduce((sum, ms) => sum + ms, 0) / 1000;
    return { task_id: ran.task_id, seconds, outputs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { z } from 'zod';
import type { OutcomeRecord } from './outcome-record.js';

const seconds = z.coerce.number().nonnegative();

/**
 * Where the time of a task that ran went, in seconds: a short form of its metrics, which stands with its outcome in a listing.
 * `start` is all that comes before the import (bundle, environment, folders, the interpreter), `exit` ends with the process.
 */
export const TaskSeconds = z.object({
  wait: seconds,
  start: seconds,
  import: seconds,
  simulate: seconds,
  write: seconds,
  exit: seconds,
  upload: seconds,
  /** 1 when its process had been started ahead, so that most of start and import was over when the task came. */
  started_ahead: seconds,
});
export type TaskSeconds = z.infer<typeof TaskSeconds>;

/** @returns undefined when no process ran */
export function taskSeconds(metrics: OutcomeRecord['metrics']): TaskSeconds | undefined {
  if (metrics.execution_duration === undefined) return undefined;
  const sum = (...names: string[]) => names.reduce((total, name) => total + (metrics[name] ?? 0), 0);
  return {
    wait: sum('queue_wait_seconds'),
    start: sum('lookup_seconds', 'bundle_seconds', 'environment_seconds', 'prepare_seconds', 'start_seconds'),
    import: sum('import_seconds'),
    simulate: sum('execution_duration'),
    write: sum('write_seconds'),
    exit: sum('exit_seconds'),
    upload: sum('upload_seconds', 'commit_seconds'),
    started_ahead: sum('standby'),
  };
}

/** As a value of a blob's metadata, to the tenth of a millisecond. */
export function formatTaskSeconds(of: TaskSeconds): string {
  const rounded = Object.entries(of).map(([stage, value]): [string, string] => [
    stage,
    String(Number(value.toFixed(4))),
  ]);
  return new URLSearchParams(rounded).toString();
}

/** @returns undefined when the text is no such value, as in outcomes that older apps recorded */
export function parseTaskSeconds(text: string | undefined): TaskSeconds | undefined {
  return TaskSeconds.safeParse(Object.fromEntries(new URLSearchParams(text ?? ''))).data;
}

import { z } from 'zod';
import { RunExecutor } from '../task/executor.js';
import type { OutcomeRecord } from './outcome-record.js';

const count = z.coerce.number().nonnegative();

/**
 * In which process a task ran and what that took: a short form of its attestation and its metrics, which stands with its outcome in a
 * listing, so that a table of a job needs no request for each task. The identity is the one that was seen from outside.
 */
export const TaskProcess = z.object({
  executor: RunExecutor,
  start_method: z.enum(['spawn', 'forkserver']),
  pid: count,
  start_time: z.string(),
  boot_id: z.string(),
  pid_namespace: z.string(),
  nonce: z.string(),
  /** 1 for the first task that the process ran. */
  ordinal: count,
  python: z.string(),
  /** All that its own process cost beside the simulation; null when another attempt ran it, as the following. */
  overhead_seconds: count.nullable().default(null),
  cpu_seconds: count.nullable().default(null),
  peak_memory_bytes: count.nullable().default(null),
});
export type TaskProcess = z.infer<typeof TaskProcess>;

/** @returns undefined when no process ran it, or it ended before it could say who it is */
export function taskProcess({
  attestation,
  metrics,
}: Pick<OutcomeRecord, 'attestation' | 'metrics'>): TaskProcess | undefined {
  if (attestation === undefined) return undefined;
  const { executor, start_method, seen, nonce, ordinal, python } = attestation;
  const { overhead_seconds = null, cpu_seconds = null, peak_memory_bytes = null } = metrics;
  const took = { overhead_seconds, cpu_seconds, peak_memory_bytes };
  return { executor, start_method, ...seen, nonce, ordinal, python, ...took };
}

/** As a value of a blob's metadata. */
export function formatTaskProcess(process: TaskProcess): string {
  const told = Object.entries(process).flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, typeof value === 'number' ? String(Number(value.toFixed(4))) : value]],
  );
  return new URLSearchParams(told).toString();
}

/** @returns undefined when the text is no such value, as in outcomes that older apps recorded */
export function parseTaskProcess(text: string | undefined): TaskProcess | undefined {
  return TaskProcess.safeParse(Object.fromEntries(new URLSearchParams(text ?? ''))).data;
}

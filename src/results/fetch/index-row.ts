import { z } from 'zod';
import { Identity } from '../../contracts/identities/identity.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import { FiniteNumber, WholeNumber } from '../../contracts/json/number.js';
import { Scalar } from '../../contracts/json/scalar.js';
import { Seed } from '../../contracts/task/seed.js';
import type { FetchedTask } from './fetched-task.js';

/** One task in a job's index. */
export const IndexRow = z.object({
  task_id: Identity,
  /** That this outcome is of; empty while there is none. */
  run: z.string(),
  /** An outcome, or `pending`. */
  outcome: z.string(),
  reason: z.string(),
  cached: z.boolean().nullable(),
  executor: z.string().nullable(),
  pid: WholeNumber.nullable(),
  start_time: z.string().nullable(),
  /** 1 when the process ran no task before. */
  ordinal: WholeNumber.nullable(),
  run_seconds: FiniteNumber.nullable(),
  overhead_seconds: FiniteNumber.nullable(),
  bundle_ref: z.string(),
  entrypoint: z.string(),
  param_id: z.string(),
  seed: Seed,
  params: z.record(z.string(), Scalar),
  /** Name → file, relative to the index. */
  artifacts: z.record(z.string(), z.string()),
  /** Of a task that failed: what it still wrote. Name → file, relative to the index. */
  partial: z.record(z.string(), z.string()).prefault({}),
  /**
   * Name of an artifact, also of what a failed task still wrote → where it is stored, as fsspec, adlfs and pandas open it. Absent in
   * indexes of earlier versions.
   */
  abfs: z.record(z.string(), z.string()).optional(),
});
export type IndexRow = z.infer<typeof IndexRow>;

/** The row of a task that has ended. */
export function indexRow({
  record,
  artifacts,
  partial,
  abfs,
}: Pick<FetchedTask, 'record' | 'artifacts' | 'partial' | 'abfs'>): IndexRow {
  const { attestation, metrics } = record;
  return {
    task_id: record.task_id,
    run: record.run,
    outcome: record.outcome,
    reason: record.reason,
    cached: record.cached,
    executor: attestation?.executor ?? null,
    pid: attestation?.seen.pid ?? null,
    start_time: attestation?.seen.start_time ?? null,
    ordinal: attestation?.ordinal ?? null,
    run_seconds: metrics.execution_duration ?? null,
    overhead_seconds: metrics.overhead_seconds ?? null,
    bundle_ref: record.bundle_ref,
    entrypoint: record.entrypoint,
    param_id: record.param_id,
    seed: record.seed,
    params: record.params,
    artifacts,
    partial,
    abfs,
  };
}

/** The row of a task that has no outcome yet. */
export function pendingRow({ task_id, message }: TaskLine): IndexRow {
  return {
    task_id,
    run: '',
    outcome: 'pending',
    reason: '',
    cached: null,
    executor: null,
    pid: null,
    start_time: null,
    ordinal: null,
    run_seconds: null,
    overhead_seconds: null,
    bundle_ref: message.bundle_ref,
    entrypoint: message.entrypoint,
    param_id: message.params.param_id,
    seed: message.seed,
    params: message.params.values,
    artifacts: {},
    partial: {},
    abfs: {},
  };
}

import type { TaskLine } from '../../contracts/job/task-line.js';
import type { Scalar } from '../../contracts/json/scalar.js';
import type { FetchedTask } from './fetched-task.js';

/** One task in a job's index. */
export interface IndexRow {
  task_id: string;
  run: string;
  /** An outcome, or `pending`. */
  outcome: string;
  reason: string;
  cached: boolean | null;
  executor: string | null;
  pid: number | null;
  start_time: string | null;
  /** 1 when the process ran no task before. */
  ordinal: number | null;
  run_seconds: number | null;
  overhead_seconds: number | null;
  bundle_ref: string;
  entrypoint: string;
  param_id: string;
  seed: bigint;
  params: Record<string, Scalar>;
  /** Name → file, relative to the index. */
  artifacts: Record<string, string>;
  /** Of a task that failed: what it still wrote. Name → file, relative to the index. */
  partial: Record<string, string>;
}

/** The row of a task that has ended. */
export function indexRow({
  record,
  artifacts,
  partial,
}: Pick<FetchedTask, 'record' | 'artifacts' | 'partial'>): IndexRow {
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
  };
}

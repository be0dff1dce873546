import { z } from 'zod';
import { Identity } from '../identities/identity.js';
import { FiniteNumber, WholeNumber } from '../json/number.js';
import { Scalar } from '../json/scalar.js';
import { Seed } from '../task/seed.js';
import { AggregationRecord } from './aggregation-record.js';
import { Attestation } from './attestation.js';
import { FilledCache } from './filled-cache.js';
import { OutcomeKind } from './outcome.js';
import { ErrorInfo, TableArtifact } from './sim-return.js';

/**
 * How one task ended in one run of one job: `jobs/<job>/runs/<run>/outcomes/<task_id>.json`, created once. An aggregation has the same
 * record, in `aggregations/` instead: its entrypoint is its target, its parameters are those of its set, and its seed is 0.
 */
export const OutcomeRecord = z.object({
  job_id: z.string(),
  run: z.string(),
  task_id: Identity,
  result_key: Identity,
  bundle_ref: z.string(),
  entrypoint: z.string(),
  param_id: z.string(),
  params: z.record(z.string(), Scalar),
  seed: Seed,
  attempt: z.string(),
  outcome: OutcomeKind,
  /** One sentence; empty on success. */
  reason: z.string(),
  /** Reference of result.json; only on success. */
  result: z.string().optional(),
  /** Names of its outputs, sorted; only on success. Records of before do not have them. */
  outputs: z.array(z.string()).optional(),
  /** The same in replicates whose outputs are equal; only on success. Records of before do not have it. */
  replicate_digest: z.string().optional(),
  /** True when the result is that of another attempt, which had committed it first. */
  cached: z.boolean(),
  error: ErrorInfo.optional(),
  error_details: z
    .object({
      error: z.string(),
      type: z.string(),
      bundle_ref: z.string(),
      entrypoint: z.string(),
      traceback: z.string(),
      stderr_tail: z.string(),
      exit_code: WholeNumber.nullable(),
      signal: z.string().nullable(),
    })
    .optional(),
  /** Which process ran it; absent when none did, or when it ended before it could say. */
  attestation: Attestation.optional(),
  /** Why it ran cold though the app reuses processes, one sentence: a reused one was found to answer otherwise. */
  cold_because: z.string().optional(),
  logs_ref: z.string().optional(),
  /** What a failed attempt still wrote, by output; beside its log, and never a result. */
  partial: z.record(z.string(), TableArtifact).optional(),
  /** Caches that its attempt filled, and that the next task of its kind fills again; absent when there are none. */
  filled_caches: z.array(FilledCache).optional(),
  /** Only of an aggregation. */
  aggregation: AggregationRecord.optional(),
  metrics: z.record(z.string(), FiniteNumber),
  finished_at: z.string(),
});
export type OutcomeRecord = z.infer<typeof OutcomeRecord>;

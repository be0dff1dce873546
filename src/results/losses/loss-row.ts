import type { Scalar } from '../../contracts/json/scalar.js';

/** What came of a parameter set and a target. */
export interface LossRow {
  param_id: string;
  bundle_ref: string;
  entrypoint: string | null;
  params: Record<string, Scalar>;
  target: string;
  /** Null without one. */
  loss: number | null;
  /** Replicates that it was made from, and how many its set has. */
  n_replicates: number | null;
  replicates: number | null;
  /** An outcome, or `pending`. */
  outcome: string;
  /** Why there is no loss, one sentence; empty with one, and while it is pending. */
  reason: string;
  run: string | null;
  /** ModelOps' own name of it. */
  aggregation_id: string | null;
}

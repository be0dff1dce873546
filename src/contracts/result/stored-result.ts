import { z } from 'zod';
import { Identity } from '../identities/identity.js';
import { WholeNumber } from '../json/number.js';
import { Scalar } from '../json/scalar.js';
import { Seed } from '../task/seed.js';
import { AggregationReturn } from './aggregation-return.js';
import { Attestation } from './attestation.js';
import { SimReturn } from './sim-return.js';

/** `result.json`: a SimReturn with references, and what is needed to check where it came from. */
export const StoredResult = SimReturn.safeExtend({
  task_id: Identity,
  result_key: Identity,
  bundle_ref: z.string(),
  entrypoint: z.string(),
  param_id: z.string(),
  params: z.record(z.string(), Scalar),
  seed: Seed,
  attempt: z.string(),
  attestation: Attestation,
  /** How the process ended, when that was not well: the result was complete by then, so it stands. */
  exit_after_result: z.object({ code: WholeNumber.nullable(), signal: z.string().nullable() }).optional(),
  /** Of an aggregation: what its output `aggregation` says, and the results that it was made from. */
  aggregation: AggregationReturn.extend({ inputs: z.array(z.string()) }).optional(),
  /** ISO 8601, UTC. */
  finished_at: z.string(),
});
export type StoredResult = z.infer<typeof StoredResult>;

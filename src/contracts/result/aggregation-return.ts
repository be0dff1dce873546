import { z } from 'zod';
import { FiniteNumber, wholeNumberFrom } from '../json/number.js';
import { TableArtifact } from './sim-return.js';

/** What a target made of a parameter set, in the fields of modelops-contracts: the output `aggregation` of its run. */
export const AggregationReturn = z.object({
  /** `AggregationTask.aggregation_id()` of ModelOps: 16 hex digits. */
  aggregation_id: z.string().regex(/^[0-9a-f]{16}$/),
  loss: FiniteNumber,
  /** At most 64 KiB of JSON. */
  diagnostics: z.record(z.string(), z.unknown()),
  outputs: z.record(z.string(), TableArtifact),
  n_replicates: wholeNumberFrom(1),
});
export type AggregationReturn = z.infer<typeof AggregationReturn>;

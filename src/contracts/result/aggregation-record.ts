import { z } from 'zod';
import { Identity } from '../identities/identity.js';
import { FiniteNumber, wholeNumberFrom } from '../json/number.js';

/** What the record of how an aggregation ended says besides. */
export const AggregationRecord = z.object({
  target: z.string(),
  /** The parameter set of its job; absent when it was asked for by its results alone. */
  set_id: Identity.exactOptional(),
  /** Replicates of that set. */
  replicates: wholeNumberFrom(1).exactOptional(),
  /** Replicates that it was made from; absent when it made nothing, as the following. */
  n_replicates: wholeNumberFrom(1).exactOptional(),
  loss: FiniteNumber.exactOptional(),
  aggregation_id: z.string().exactOptional(),
});
export type AggregationRecord = z.infer<typeof AggregationRecord>;

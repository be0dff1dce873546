import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';
import { closedObject } from '../validation/closed-object.js';
import { mustBe } from '../validation/must-be.js';
import { TargetEntrypoint } from './target-entrypoint.js';

/** What is to become of a parameter set once its last replicate has ended. Every one of its tasks carries it, so that a worker knows it without a request. */
export const ReplicateSet = closedObject('a set of replicates', {
  /** How many tasks of its job have the same entrypoint and parameters. */
  replicates: wholeNumberFrom(1),
  /** It is compared with each of them. */
  targets: z.array(TargetEntrypoint, mustBe('a list of targets')).min(1, mustBe('a list of targets')),
  /** So many that succeed are enough; all when absent. */
  min_replicates: wholeNumberFrom(1).exactOptional(),
});
export type ReplicateSet = z.infer<typeof ReplicateSet>;

import { z } from 'zod';
import { Identity } from '../identities/identity.js';

/** `cancellations/<job>/<run>/<id>.json`: tasks of a run that nobody wants any more. Written once. */
export const Cancellation = z.object({
  /** Ids; null for all tasks of the run. */
  tasks: z.array(Identity).nullable(),
  /** Ids of parameter sets whose tasks are meant too, beside those that are named. */
  param_ids: z.array(z.string()).exactOptional(),
  /** Why, where nobody has said so but a rule of the run: one sentence. */
  reason: z.string().exactOptional(),
  /** As the machine of whoever cancelled them calls themselves. */
  cancelled_by: z.string().exactOptional(),
  cancelled_at: z.iso.datetime(),
});
export type Cancellation = z.infer<typeof Cancellation>;

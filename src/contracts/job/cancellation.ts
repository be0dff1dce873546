import { z } from 'zod';
import { Identity } from '../identities/identity.js';

/** `cancellations/<job>/<run>/<id>.json`: tasks of a run that nobody wants any more. Written once. */
export const Cancellation = z.object({
  /** Ids; null for all tasks of the run. */
  tasks: z.array(Identity).nullable(),
  /** As the machine of whoever cancelled them calls themselves. */
  cancelled_by: z.string().exactOptional(),
  cancelled_at: z.iso.datetime(),
});
export type Cancellation = z.infer<typeof Cancellation>;

import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';
import { SimTask } from '../task/sim-task.js';

/** The tasks of a request to diagnose, in their order. */
export const DiagnosisTasks = z.object({ tasks: z.array(SimTask) });

/** How far the app is with a request to diagnose; written again and again. */
export const DiagnosisProgress = z.object({
  /** Which delivery of its message this is: one whose worker went away begins again. */
  delivery: wholeNumberFrom(1),
  /** What it does, in sentences, the newest last. */
  notes: z.array(z.string()),
});
export type DiagnosisProgress = z.infer<typeof DiagnosisProgress>;

/** What came of a request to diagnose, as the app writes it down once. */
export const DiagnosisRecord = z.object({
  request: z.string(),
  bundle_ref: z.string(),
  /** Why there is no diagnosis; empty when there is one. */
  reason: z.string(),
  /** As `mops-cold diagnose --json` prints it. */
  diagnosis: z.unknown().optional(),
  finished_at: z.string(),
});
export type DiagnosisRecord = z.infer<typeof DiagnosisRecord>;

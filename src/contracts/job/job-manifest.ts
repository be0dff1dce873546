import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';
import { SafeName } from '../validation/safe-name.js';
import { Sampling } from './sampling.js';

/** `jobs/<job>/job.json`, written once by submit. */
export const JobManifest = z.object({
  job_id: SafeName,
  created_at: z.iso.datetime(),
  bundle_refs: z.array(z.string()).min(1),
  /** Distinct tasks. */
  task_count: wholeNumberFrom(0),
  /** `cold` when the job was submitted with the demand for fresh processes. */
  executor: z.literal('cold').optional(),
  /** As the machine of whoever submitted it calls them; absent in jobs of before, and of clients that do not say it. */
  submitted_by: z.string().exactOptional(),
  /** Version of the tool that submitted it. */
  tool_version: z.string(),
  /** What it was made from: a file's name, `grid`, or how its parameters were sampled. */
  source: z.string(),
  sampling: Sampling.exactOptional(),
});
export type JobManifest = z.infer<typeof JobManifest>;

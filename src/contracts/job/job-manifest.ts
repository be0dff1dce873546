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
  /** With which its parameter sets are compared, each once all its replicates have ended; absent without any. */
  targets: z.array(z.string()).exactOptional(),
  /** So many replicates of a set are enough for that; all when absent. */
  min_replicates: wholeNumberFrom(1).exactOptional(),
  /** How many sets those are; there with `targets`. */
  parameter_sets: wholeNumberFrom(1).exactOptional(),
  /** What the file that it was made from says besides its tasks (`target_spec`, `metadata`, `priority` and so on), as it says it. */
  said: z.record(z.string(), z.unknown()).exactOptional(),
  /** Version of the tool that submitted it. */
  tool_version: z.string(),
  /** What it was made from: a file's name, `grid`, or how its parameters were sampled. */
  source: z.string(),
  sampling: Sampling.exactOptional(),
});
export type JobManifest = z.infer<typeof JobManifest>;

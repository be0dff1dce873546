import { z } from 'zod';
import { TaskLimits } from '../bundle/task-limits.js';
import { wholeNumberFrom } from '../json/number.js';
import { closedObject } from '../validation/closed-object.js';
import { mustBe } from '../validation/must-be.js';
import { SafeName } from '../validation/safe-name.js';

const Tasks = z.array(z.unknown(), mustBe('a list of tasks'));

/** A job file of ModelOps. Its tasks are read one by one, so that what is wrong names the task. */
export const JobFile = closedObject('a job', {
  job_type: z.literal('simulation').exactOptional(),
  job_id: SafeName.exactOptional(),
  bundle_ref: z.unknown().exactOptional(),
  ...TaskLimits.shape,
  min_replicates: wholeNumberFrom(1).exactOptional(),
  tasks: Tasks.exactOptional(),
  batches: z
    .array(z.looseObject({ tasks: Tasks }, mustBe('an object')), mustBe('a list of batches'))
    .exactOptional(),
  metadata: z.record(z.string(), z.unknown(), mustBe('an object')).exactOptional(),
  priority: z.unknown().exactOptional(),
  target_spec: z.unknown().exactOptional(),
  resource_requirements: z.unknown().exactOptional(),
});
export type JobFile = z.output<typeof JobFile>;

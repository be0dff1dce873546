import { z } from 'zod';
import { TaskLimits } from '../bundle/task-limits.js';
import { wholeNumberFrom } from '../json/number.js';
import { StopRule } from '../message/stop-rule.js';
import { SafeName } from '../validation/safe-name.js';

/** `jobs/<job>/runs/<run>/run.json`, written once, before the run's messages are sent. */
export const RunManifest = z.object({
  run: SafeName,
  submitted_at: z.iso.datetime(),
  /** How many messages the run was to have when it was opened; a submission that was stopped sent fewer. */
  messages: wholeNumberFrom(0),
  /** How many of the job's tasks it has, where it is a retry of some of them; their ids lie beside it. */
  tasks: wholeNumberFrom(1).exactOptional(),
  /** Its tasks run although their results are stored. */
  no_cache: z.literal(true).exactOptional(),
  /** Of all its tasks, in place of their own. */
  ...TaskLimits.shape,
  ...StopRule.shape,
  /** Whether the app sends its messages: as long as there is an expansion of it, not all of them are sent. Whoever submitted it when absent. */
  sent_by: z.literal('app').exactOptional(),
});
export type RunManifest = z.infer<typeof RunManifest>;

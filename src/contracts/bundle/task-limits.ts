import { z } from 'zod';
import { FiniteNumber, wholeNumberFrom } from '../json/number.js';
import { mustBe } from '../validation/must-be.js';

/** What one task may take. It changes no result, so it is part neither of a task's id nor of its result's key. */
export const TaskLimits = z.object({
  /** Longest time that it may run. */
  timeout_seconds: FiniteNumber.refine((value) => value > 0, mustBe('a number above 0')).exactOptional(),
  /** Resident memory that its process tree may take. */
  memory_bytes: wholeNumberFrom(1).exactOptional(),
});
export type TaskLimits = z.infer<typeof TaskLimits>;

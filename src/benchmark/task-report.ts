import { z } from 'zod';

/** What the bench's wire function tells of a call; its docstring says what each means. */
export const TaskReport = z.object({
  entered_ns: z.number(),
  left_ns: z.number(),
  process: z.string(),
  peak_bytes: z.number(),
  calls_before: z.number(),
  counters: z.record(z.string(), z.number()).nullable(),
});
export type TaskReport = z.infer<typeof TaskReport>;

/** The output that holds it. */
export const reportOutput = 'mops_cold_bench';

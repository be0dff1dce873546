import { z } from 'zod';

/** Something of the reused process that a task has left otherwise than it found it; see python/reuse.py. */
export const Change = z.object({
  /** The same in every process that runs the same tasks. */
  key: z.string(),
  kind: z.enum(['native', 'heap', 'python', 'process']),
  library: z.string().nullish(),
  section: z.string().nullish(),
  /** Bytes from the beginning of the section. */
  offset: z.number().nullish(),
  /** Bytes. */
  size: z.number().nullish(),
  /** Demangled; null where the library says none. */
  symbol: z.string().nullish(),
  /** `model.cpp:12` */
  source: z.string().nullish(),
  module: z.string().nullish(),
  name: z.string().nullish(),
  before: z.string().nullish(),
  after: z.string().nullish(),
  restorable: z.boolean().default(true),
});
export type Change = z.infer<typeof Change>;

/** One line of `events.jsonl`. */
export const TaskEvent = z.object({
  task: z.number().int(),
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('completed') }),
    z.object({
      kind: z.literal('raised'),
      error: z.object({ type: z.string(), message: z.string(), traceback: z.string() }),
    }),
  ]),
  outputs: z.array(z.string()),
  seconds: z.number(),
  changes: z.array(Change).default([]),
});
export type TaskEvent = z.infer<typeof TaskEvent>;

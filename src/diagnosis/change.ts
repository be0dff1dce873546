import { z } from 'zod';

/** Something of the reused process that a task has left otherwise than it found it; see python/reuse.py. */
export const Change = z.object({
  /** The same in every process that runs the same tasks. */
  key: z.string(),
  kind: z.enum(['native', 'heap', 'python', 'process']),
  library: z.string().nullable().default(null),
  section: z.string().nullable().default(null),
  /** Bytes from the beginning of the section. */
  offset: z.number().nullable().default(null),
  /** Bytes. */
  size: z.number().nullable().default(null),
  /** Demangled; null where the library says none. */
  symbol: z.string().nullable().default(null),
  /** `model.cpp:12` */
  source: z.string().nullable().default(null),
  module: z.string().nullable().default(null),
  name: z.string().nullable().default(null),
  before: z.string().nullable().default(null),
  after: z.string().nullable().default(null),
  /** The bundle's own code keeps it, not a library or the process. */
  of_bundle: z.boolean().default(false),
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
  /** What could not be looked into, in sentences. */
  unseen: z.array(z.string()).default([]),
  /** Why something could not be put back before the task, by key. */
  not_restored: z.record(z.string(), z.string()).default({}),
});
export type TaskEvent = z.infer<typeof TaskEvent>;

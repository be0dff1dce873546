import { z } from 'zod';
import { TaskLimits } from '../bundle/task-limits.js';
import { Identity } from '../identities/identity.js';
import { FiniteNumber, wholeNumberFrom } from '../json/number.js';
import { StopRule } from '../message/stop-rule.js';
import { Traceparent } from '../telemetry/traceparent.js';
import { SafeName } from '../validation/safe-name.js';
import { PackedLines } from './packed-lines.js';

/** Lines of a run, the first and the one behind the last, from 0. */
const Lines = z.object({ from: wholeNumberFrom(0), to: wholeNumberFrom(0) });
export type Lines = z.infer<typeof Lines>;

/**
 * `expansions/<job>/<run>.json`: a run whose messages the app sends, and how far it is. Written by submit, then by one expander at a
 * time, and removed when all are sent.
 */
export const Expansion = z.object({
  job_id: SafeName,
  run: SafeName,
  lines: PackedLines,
  /** Where the messages end; fewer than the lines when the rest was left out. */
  end: wholeNumberFrom(0),
  /** The lines before this one are sent, but for those to be sent again. */
  sent: wholeNumberFrom(0),
  /** How many from there on are being sent right now; where nobody is at it any more, which of them were is not known. */
  sending: wholeNumberFrom(1).exactOptional(),
  /** Of these it is not known whether they were sent; not before that time are they sent again, each then to be claimed before it runs. */
  again: z.array(Lines.extend({ not_before: z.iso.datetime() })),
  /** Higher ones first. */
  priority: FiniteNumber,
  /** When it last had its turn; empty when it had none yet. */
  served_at: z.string(),
  /** Of its messages. */
  traceparent: Traceparent,
  /** What all its messages say: see `RunManifest`. */
  terms: z.object({
    no_cache: z.literal(true).exactOptional(),
    ...TaskLimits.shape,
    ...StopRule.shape,
  }),
});
export type Expansion = z.infer<typeof Expansion>;

/** `unsure/<job>/<run>/<first line>.json`: tasks that may have two messages. Written once. */
export const UnsureTasks = z.object({ tasks: z.array(Identity) });
